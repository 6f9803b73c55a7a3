"""A reference API of somebody else: what the core exports is enough to build one."""

from __future__ import annotations

from types import ModuleType

import pytest
import requests

from appointment_conformance.reference import (
    Answer,
    Call,
    ReferenceApi,
    Refused,
    Rules,
    State,
    UnknownFault,
    fault,
    mutations,
    shared_fault,
    shared_faults,
    shared_variants,
)

OWN, FOREIGN = "bk-1", "bk-9"


class Confirm(Rules):
    """`POST /bookings/{booking}/confirm`."""

    def is_foreign(self, call: Call) -> bool:
        """Whether it is the booking of somebody else."""
        return call.appointment == FOREIGN

    def record(self, call: Call) -> None:
        """Refuse with 404 what is no booking."""
        if call.appointment not in {OWN, FOREIGN}:
            raise Refused(404, "No such booking.")

    async def perform(self, call: Call) -> Answer:
        """Confirm."""
        return Answer(200, {"id": call.appointment, "status": "confirmed"})


@fault("BKG-OK-01")
class ConfirmAnswers202(Confirm):
    """A confirmation is answered 202."""

    async def perform(self, call: Call) -> Answer:
        """Answer otherwise."""
        return Answer(202, (await super().perform(call)).content)


@pytest.fixture(scope="module")
def bookings() -> ReferenceApi:
    """Return a reference API with one operation, a fault of its own, a shared fault and a shared variant."""
    declared = ModuleType("declared")
    declared.own = ConfirmAnswers202
    declared.shared = (
        shared_fault(shared_faults.NoCredentialsNeeded, Confirm, "BKG-AUTH-01", of="confirm-"),
        shared_variants.RoutesKnowTheirIds,
    )
    return ReferenceApi(
        api="bookings",
        base_path="/v2",
        start=lambda: State(foreign_fixtures=frozenset({FOREIGN})),
        table=lambda make: {"/v2/bookings/{appointment}/confirm": {"POST": make(Confirm)}},
        fixtures={"bookings": [OWN], "absent_booking": "bk-404"},
        mutations=mutations(declared),
    )


def confirm(reference, segment=OWN, **headers):
    """Return the status and the content of one request."""
    url = f"{reference.base_url}/bookings/{segment}/confirm"
    headers = {"Authorization": f"Bearer {reference.token}"} | headers
    answer = requests.post(url, headers={name: text for name, text in headers.items() if text}, timeout=10)
    return answer.status_code, answer.text


def test_its_faults_and_variants_are_its_own(bookings):
    """It lists what it declares and what it shares, under its own name, in the order of the text."""
    assert [(each.name, each.api, each.breaks) for each in bookings.faults.values()] == [
        ("confirm-answers-202", "bookings", ("BKG-OK-01",)),
        ("confirm-no-credentials-needed", "bookings", ("BKG-AUTH-01",)),
    ]
    assert [(each.name, each.api) for each in bookings.variants.values()] == [("routes-know-their-ids", "bookings")]


def test_it_is_served_with_what_is_switched_on(bookings):
    """A server conforms, and each fault and variant makes its difference."""
    with bookings.serve() as reference:
        assert (confirm(reference)[0], confirm(reference, Authorization=None)[0]) == (200, 401)
        assert "No such booking" in confirm(reference, "x" * 100)[1]
    with bookings.serve(faults=["confirm-answers-202", "confirm-no-credentials-needed"]) as reference:
        assert (confirm(reference)[0], confirm(reference, Authorization=None)[0]) == (202, 202)
    with bookings.serve(variants=["routes-know-their-ids"]) as reference:
        assert confirm(reference, "x" * 100) == (404, "")


def test_a_running_server_tells_its_fixtures(bookings):
    """The fixtures are in the words of its targets file, a copy for each server, and foreign writes are known."""
    with bookings.serve() as reference:
        reference.fixtures["bookings"].append("bk-2")
        assert confirm(reference, FOREIGN)[0] == 404
        assert reference.foreign_touched() == ()
    with bookings.serve() as reference:
        assert (reference.fixtures, reference.state.requests) == ({"bookings": [OWN], "absent_booking": "bk-404"}, 0)


def test_the_faults_of_others_are_unknown_to_it(bookings):
    """A fault of another API is none of this one, and the error knows those that are."""
    with pytest.raises(UnknownFault, match="no fault `link-answers-202`") as raised:
        bookings.serve(faults=["link-answers-202"]).__enter__()
    assert raised.value.known == tuple(bookings.faults)
