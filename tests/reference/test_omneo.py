"""The reference Omneo: link, unlink and the order of checks, as the documents have it."""

from __future__ import annotations

import pytest

from appointment_conformance.reference_apis import serve


@pytest.fixture
def omneo(call):
    """Return a caller of a conforming server."""
    with serve("omneo") as reference:
        yield call(reference)


@pytest.fixture
def path(omneo):
    """Return the path of the first fixture."""
    return f"/v3/appointments/{omneo.reference.appointments[0]}"


@pytest.fixture
def profile(omneo):
    """Return a body that names a profile."""
    return {"type": "profile", "id": omneo.reference.profiles[0]}


@pytest.fixture
def shelf(omneo):
    """Return a body that names a list."""
    return {"type": "list", "id": omneo.reference.lists[0]}


def _targets(response):
    return [(link["type"], link["target_id"]) for link in response.json()["data"]["links"]]


def test_linking_answers_with_the_appointment_and_all_links(omneo, path, profile, shelf):
    """Linking is answered 200 with the path's appointment and its links so far."""
    omneo.send("POST", path + "/link", json=profile)
    response = omneo.send("POST", path + "/link", json=shelf)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert str(response.json()["data"]["id"]) == omneo.reference.appointments[0]
    assert _targets(response) == [("profile", profile["id"]), ("list", shelf["id"])]


def test_linking_again_leaves_one_entry(omneo, path, profile):
    """Linking a target that is linked already is answered 200 and adds nothing, in whatever case it is named."""
    omneo.send("POST", path + "/link", json=profile)
    response = omneo.send("POST", path + "/link", json=profile | {"id": profile["id"].upper()})
    assert (response.status_code, _targets(response)) == (200, [("profile", profile["id"])])


def test_unlinking_takes_one_link_away(omneo, path, profile, shelf):
    """Unlinking is answered 204 without content or length, and leaves the other links."""
    for body in (profile, shelf):
        omneo.send("POST", path + "/link", json=body)
    response = omneo.send("POST", path + "/unlink", json=profile)
    assert (response.status_code, response.content) == (204, b"")
    assert not {"content-length", "content-type", "transfer-encoding"} & {name.lower() for name in response.headers}
    assert _targets(omneo.send("POST", path + "/link", json=shelf)) == [("list", shelf["id"])]


def test_unlinking_what_is_not_linked_answers_204(omneo, path, profile):
    """Unlinking a target that is not linked is answered 204."""
    assert omneo.send("POST", path + "/unlink", json=profile).status_code == 204


def test_links_at_once_leave_one_entry(omneo, path, profile, shelf):
    """Two links of one target at the same instant leave one entry."""
    omneo.at_once(("POST", path + "/link", profile), ("POST", path + "/link", profile))
    assert _targets(omneo.send("POST", path + "/link", json=shelf)) == [("profile", profile["id"]), ("list", "204")]


@pytest.mark.parametrize("action", ["/link", "/unlink"])
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"type", "id"}),
        ({"type": "list"}, {"id"}),
        ({"id": "204"}, {"type"}),
        ({"type": "shop", "id": "204"}, {"type"}),
        ({"type": "Profile", "id": "9b461544-f0db-44b6-8a11-0242ac120002"}, {"type"}),
        ({"type": ["profile"], "id": "204"}, {"type"}),
        ({"type": "profile", "id": "204"}, {"id"}),
        ({"type": "profile", "id": "9b461544-f0db-44b6-8a11-0242ac12000"}, {"id"}),
        ({"type": "profile", "id": "9b461544-f0db-44b6-8a11-0242ac120002\n"}, {"id"}),
        ({"type": "profile", "id": "00000000-0000-4000-8000-000000000000"}, {"id"}),
        ({"type": "list", "id": "204e0"}, {"id"}),
        ({"type": "list", "id": "٢٠٤"}, {"id"}),
        ({"type": "list", "id": str(2**64 + 204)}, {"id"}),
        ({"type": "list", "id": True}, {"id"}),
        ({"type": "list", "id": 204.0}, {"id"}),
        ({"type": "list", "id": "9" * 10_000}, {"id"}),
        ({"type": {}, "id": []}, {"type", "id"}),
        ([], {"type", "id"}),
        (None, {"type", "id"}),
    ],
)
def test_a_wrong_body_is_refused_by_field(omneo, path, action, body, wrong):
    """A body that names no target is answered 422, with a message and exactly the wrong fields."""
    response = omneo.send("POST", path + action, json=body)
    assert response.status_code == 422
    assert isinstance(response.json()["message"], str)
    assert set(response.json()["errors"]) == wrong


@pytest.mark.parametrize("data", [b"{", b"\xff", b'{"type": "list", "id": "204"', b"[" * 100_000, b"", b"9" * 5_000])
def test_no_json_is_refused(omneo, path, data):
    """Content that is no JSON object, however malformed, is answered 422."""
    response = omneo.send("POST", path + "/link", data=data, headers={"Content-Type": "application/json"})
    assert (response.status_code, set(response.json()["errors"])) == (422, {"type", "id"})


@pytest.mark.parametrize("number", ["987654321", "900001abc", "-900001", "0", "0900001", "9" * 5_000, "٩٠٠٠٠١"])
def test_an_absent_appointment_is_not_found(omneo, profile, number):
    """A path that is not exactly an appointment's number is answered 404 with a message."""
    response = omneo.send("POST", f"/v3/appointments/{number}/link", json=profile)
    assert (response.status_code, list(response.json())) == (404, ["message"])


@pytest.mark.parametrize("authorization", [None, "Bearer nobody", "Basic abc", "Bearer"])
def test_credentials_are_demanded_before_anything_else(omneo, authorization):
    """Without a known bearer token even an absent appointment is answered 401, with a challenge."""
    response = omneo.send("POST", "/v3/appointments/987654321/link", authorization=authorization)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_the_token_is_compared_with_its_case(omneo, path):
    """A token in altered case is answered 401."""
    altered = f"Bearer {omneo.reference.token.swapcase()}"
    assert omneo.send("POST", path + "/link", authorization=altered).status_code == 401


def test_a_missing_permission_comes_between_the_path_and_the_body(omneo, path):
    """A token without the permission is answered 404 for an absent appointment, and 403 for a wrong body."""
    forbidden = f"Bearer {omneo.reference.forbidden_token}"
    absent = omneo.send("POST", "/v3/appointments/987654321/link", authorization=forbidden)
    wrong = omneo.send("POST", path + "/link", json={}, authorization=forbidden)
    assert (absent.status_code, wrong.status_code) == (404, 403)


def test_a_refused_request_changes_nothing(omneo, path, profile, shelf):
    """What is refused leaves the links as they were."""
    omneo.send("POST", path + "/link", json=profile)
    omneo.send("POST", path + "/unlink", json={"type": "profile"})
    omneo.send("POST", path + "/unlink", json=profile, authorization=None)
    assert _targets(omneo.send("POST", path + "/link", json=shelf))[0] == ("profile", profile["id"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_an_undeclared_method_is_refused(omneo, path, method):
    """A method the path does not have is answered 405 with the one it has, even without credentials."""
    response = omneo.send(method, path + "/link", authorization=None)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_an_unknown_path_is_not_found(omneo):
    """A path nobody declared is answered 404 with a message."""
    response = omneo.send("POST", "/v3/appointments/", authorization=None)
    assert (response.status_code, list(response.json())) == (404, ["message"])
