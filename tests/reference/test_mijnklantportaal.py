"""The reference MijnKlantportaal: cancel and the operations around it, as the documents have them."""

from __future__ import annotations

from datetime import datetime

import pytest

from appointment_conformance.reference_apis import serve


@pytest.fixture
def portal(call):
    """Return a caller of a conforming server."""
    with serve("mijnklantportaal") as reference:
        yield call(reference)


@pytest.fixture
def path(portal):
    """Return the path of the first fixture."""
    return f"/appointments/{portal.reference.appointments[0]}"


def test_a_cancel_answers_with_the_bare_appointment(portal, path):
    """A cancel is answered 200 with the path's appointment, canceled, and nothing else altered."""
    before = portal.send("GET", path).json()
    response = portal.send("DELETE", path)
    assert (response.status_code, response.json()) == (200, before | {"status": "canceled"})
    assert datetime.fromisoformat(before["startsAt"]) < datetime.fromisoformat(before["endsAt"])


def test_a_second_cancel_is_in_conflict(portal, path):
    """Cancelling again is answered 409 with a message, every time, and reading still shows it canceled."""
    portal.send("DELETE", path)
    again = [portal.send("DELETE", path) for _ in range(3)]
    assert [(response.status_code, list(response.json())) for response in again] == [(409, ["message"])] * 3
    assert portal.send("GET", path).json()["status"] == "canceled"


def test_cancels_at_once_give_one_conflict(portal, path):
    """Of two cancels at the same instant one is answered 200 and the other 409."""
    told = portal.at_once(("DELETE", path, None), ("DELETE", path, None))
    assert sorted(each[2] for each in told) == [200, 409]


def test_a_pending_appointment_can_be_canceled(portal):
    """A cancel of a pending appointment is answered 200."""
    pending = portal.reference.pending_appointments[0]
    assert portal.send("DELETE", f"/appointments/{pending}").json()["status"] == "canceled"


@pytest.mark.parametrize("change", [lambda text: text[1:], lambda text: text[4:], lambda text: text + "%25",
                                    lambda text: text + "*", lambda text: text + "'", lambda text: text.upper(),
                                    lambda text: text + "0" * 5_000, lambda text: "%2561" + text[1:],
                                    lambda text: "%00" + text, lambda text: text + "%2F"])  # fmt: skip
def test_a_near_miss_is_not_found(portal, change):
    """A path that is not exactly an appointment's id is answered 404 with a message and cancels nothing."""
    text = portal.reference.appointments[0]
    response = portal.send("DELETE", f"/appointments/{change(text)}")
    assert (response.status_code, list(response.json())) == (404, ["message"])
    assert portal.send("GET", f"/appointments/{text}").json()["status"] == "scheduled"


def test_credentials_and_permission_are_demanded(portal, path):
    """No token is answered 401 with a challenge, one without the permission 403, and neither cancels."""
    anonymous = portal.send("DELETE", path, authorization=None)
    forbidden = portal.send("DELETE", path, authorization=f"Bearer {portal.reference.forbidden_token}")
    assert (anonymous.status_code, anonymous.headers["www-authenticate"]) == (401, "Bearer")
    assert forbidden.status_code == 403
    assert portal.send("GET", path).json()["status"] == "scheduled"


def test_an_undeclared_method_is_refused(portal, path):
    """A method the path does not have is answered 405 with all it has."""
    response = portal.send("PUT", path)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, PATCH, DELETE")


def test_every_answer_names_the_rate_limit(portal, path):
    """Successes and refusals alike carry the two headers of the rate limit."""
    for response in (portal.send("GET", path), portal.send("DELETE", path, authorization=None)):
        assert {"x-ratelimit-limit", "x-ratelimit-remaining"} <= {name.lower() for name in response.headers}


BOOKING = {"name": "Intake", "startsAt": "2031-06-05 14:30:00", "endsAt": "2031-06-05 15:00"}
ATTENDEE = {"attendeeName": "Ada Sample", "attendeeEmail": "ada@example.com"}


def test_an_appointment_can_be_scheduled_and_canceled(portal):
    """A new appointment is scheduled, can be read, is in the list of its days, and can be canceled."""
    made = portal.send("POST", "/appointments", json=BOOKING | ATTENDEE)
    path = f"/appointments/{made.json()['id']}"
    assert (made.status_code, made.json()["status"], made.json()["startsAt"][:16]) == (
        201, "scheduled", "2031-06-05T14:30",
    )  # fmt: skip
    assert portal.send("GET", path).json() == made.json()
    listed = portal.send("GET", "/appointments?start_at=2031-06-05%2000:00&days=1")
    assert listed.json() == {"data": [made.json()]}
    assert portal.send("DELETE", path).json()["status"] == "canceled"


@pytest.mark.parametrize("body", [BOOKING, ATTENDEE, BOOKING | ATTENDEE | {"endsAt": "2031-06-05 14:30"},
                                  BOOKING | ATTENDEE | {"startsAt": "2031-02-30 10:00"}, []])  # fmt: skip
def test_a_wrong_booking_is_refused(portal, body):
    """A booking without a member, with an impossible date or with no length is answered 422."""
    assert portal.send("POST", "/appointments", json=body).status_code == 422


def test_a_pending_appointment_can_be_confirmed(portal):
    """A change of status confirms a pending appointment once; a scheduled one is in conflict."""
    path = f"/appointments/{portal.reference.pending_appointments[0]}"
    assert portal.send("PATCH", path, json={"status": "scheduled"}).json()["status"] == "scheduled"
    assert portal.send("PATCH", path, json={"status": "canceled"}).status_code == 409
    assert portal.send("PATCH", path, json={"status": "gone"}).status_code == 422
