"""The reference Omneo's operations around link and unlink, as provisioning uses them."""

from __future__ import annotations

import pytest

from appointment_conformance.reference_apis import serve


@pytest.fixture
def omneo(call):
    """Return a caller of a conforming server."""
    with serve("omneo") as reference:
        yield call(reference)


@pytest.fixture
def booking(omneo):
    """Return a complete body for a new appointment."""
    reference = omneo.reference
    return {
        "appointment_definition_id": reference.definition_id,
        "profile_id": reference.profiles[0],
        "location_id": reference.location_id,
        "scheduled_start_at": "2031-06-05 10:00:00",
        "scheduled_end_at": "2031-06-05 10:30:00",
        "timezone": "Europe/Amsterdam",
    }


def _made(omneo, path, **body):
    response = omneo.send("POST", path, json=body)
    assert response.status_code == 201
    return response.json()["data"]


def test_an_appointment_lives_from_post_to_delete(omneo, booking):
    """An appointment is made, read without links even when linked, changed, and deleted for good."""
    path = f"/v3/appointments/{_made(omneo, '/v3/appointments', **booking)['id']}"
    omneo.send("POST", path + "/link", json={"type": "list", "id": omneo.reference.lists[0]})
    read = omneo.send("GET", path).json()["data"]
    assert (read["status"], "links" in read) == ("confirmed", False)
    changed = omneo.send("PUT", path, json={"status": "cancelled"}).json()["data"]
    assert (changed["status"], bool(changed["cancelled_at"])) == ("cancelled", True)
    assert omneo.send("DELETE", path).status_code == 204
    assert omneo.send("GET", path).status_code == 404


def test_a_new_profile_and_list_can_be_linked(omneo):
    """A profile and a list that were just made are valid targets, can be read, and can be deleted."""
    profile = _made(omneo, "/v3/profiles", first_name="Ada", last_name="Sample", email="ada@example.com")
    definition = _made(omneo, "/v3/lists/definitions", name="Wishes", handle="wishes", type="wishlist")
    lists = f"/v3/profiles/{profile['id']}/lists"
    made = _made(omneo, lists, name="Mine", list_definition_id=definition["id"])
    path = f"/v3/appointments/{omneo.reference.appointments[0]}/link"
    for kind, number in (("profile", profile["id"]), ("list", str(made["id"]))):
        assert omneo.send("POST", path, json={"type": kind, "id": number}).status_code == 200
    assert omneo.send("GET", f"{lists}/{made['id']}").json()["data"] == made
    assert omneo.send("GET", f"/v3/profiles/{profile['id']}").json()["data"] == profile
    assert omneo.send("DELETE", f"{lists}/{made['id']}").status_code == 204
    assert omneo.send("GET", f"{lists}/{made['id']}").status_code == 404
    assert omneo.send("DELETE", f"/v3/profiles/{profile['id']}").status_code == 204
    assert omneo.send("DELETE", f"/v3/profiles/{profile['id']}").status_code == 404


def test_definitions_and_locations_can_be_made(omneo):
    """A location and a definition can be made, the location is listed, and the definition deleted."""
    location = _made(omneo, "/v3/locations", name="Quay", handle="quay", timezone="Europe/Amsterdam")
    hours = [{"day_of_week": "monday", "available_from": "09:00", "available_until": "17:00"}]
    definition = _made(
        omneo, "/v3/appointment-definitions", handle="fit", name="Fit", duration_minutes=30,
        booking_type="instant", normal_hours=hours,
    )  # fmt: skip
    assert location in omneo.send("GET", "/v3/locations").json()["data"]
    assert omneo.send("DELETE", f"/v3/appointment-definitions/{definition['id']}").status_code == 204


def test_browsing_has_pages_in_its_links(omneo):
    """Browsing appointments returns one page of the asked size, whose outer `links` is an object about pages."""
    page = omneo.send("GET", "/v3/appointments?page[size]=3").json()
    assert (len(page["data"]), isinstance(page["links"], dict)) == (3, True)
    assert all("links" not in appointment for appointment in page["data"])


@pytest.mark.parametrize("path", ["/v3/appointments", "/v3/profiles", "/v3/lists/definitions", "/v3/locations"])
def test_an_incomplete_record_is_refused(omneo, path):
    """A record without its required members is answered 422, which names them."""
    response = omneo.send("POST", path, json={"handle": "only"})
    assert (response.status_code, "handle" in response.json()["errors"]) == (422, False)
    assert response.json()["errors"]


def test_neighbours_demand_credentials_too(omneo, booking):
    """Making an appointment without credentials is answered 401, and without permission 403."""
    forbidden = f"Bearer {omneo.reference.forbidden_token}"
    assert omneo.send("POST", "/v3/appointments", json=booking, authorization=None).status_code == 401
    assert omneo.send("POST", "/v3/appointments", json=booking, authorization=forbidden).status_code == 403
