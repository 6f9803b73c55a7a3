"""Faults of what MijnKlantportaal answers to a cancel."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.reference.call import Answer
from appointment_conformance.reference.mutation import Mutation, fault, kebab

if TYPE_CHECKING:
    from collections.abc import Callable

    from appointment_conformance.apis.mijnklantportaal.reference.state import Record
    from appointment_conformance.reference.call import Call

ABOUT_THE_ANSWER = tuple(f"MKP-CANCEL-{number:02d}" for number in (2, 3, 4, 5, 6, 7, 9, 11, 12, 13))
#: An answer that differs from what was read before, or is read afterwards.
ALTERED = ("MKP-CANCEL-09", "MKP-CANCEL-11", "MKP-CANCEL-12")
MEMBERS = ("id", "attendeeName", "attendeeEmail", "startsAt", "endsAt", "status", "createdAt")


def _showing(
    name: str, breaks: tuple[str, ...], what: str, shows: Callable[[Record], object], entails: tuple[str, ...] = ()
) -> Mutation:
    class Showing(CancelAction):
        def shown(self, appointment: Record) -> object:
            return shows(dict(appointment))

    Showing.__doc__ = f"The answer to a cancel {what}."
    return fault(*breaks, entails=entails, name=f"cancel-shows-{name}")(Showing)


def _setting(name: str, breaks: tuple[str, ...], what: str, *entails: str, **members: object) -> Mutation:
    return _showing(name, breaks, what, lambda document: document | members, entails)


def _changing(name: str, member: str, what: str, change: Callable[[str], object], *entails: str) -> Mutation:
    return _showing(
        name, ("MKP-CANCEL-06",), what, lambda document: document | {member: change(document[member])}, entails
    )


SHAPES = (
    _showing("an-envelope", ("MKP-CANCEL-02",), "has the appointment under `data`", lambda document: {"data": document},
             ABOUT_THE_ANSWER),
    _showing("an-array", ("MKP-CANCEL-02",), "has the appointment within an array", lambda document: [document],
             ABOUT_THE_ANSWER),
    _showing("another-id", ("MKP-CANCEL-02",), "has the id of another appointment",
             lambda document: document | {"id": document["id"][:-1] + ("1" if document["id"][-1] == "0" else "0")},
             ("MKP-CANCEL-09",)),
    _showing("an-id-without-prefix", ("MKP-CANCEL-02",), "has the id without `apt_`",
             lambda document: document | {"id": document["id"].removeprefix("apt_")},
             ("MKP-CANCEL-05", "MKP-CANCEL-09")),
    _showing("a-message", ("MKP-CANCEL-02",), "is a message instead of the appointment",
             lambda _: {"message": "The appointment is canceled."}, ABOUT_THE_ANSWER),
)  # fmt: skip

STATUSES = tuple(
    _setting(f"status-{name}", ("MKP-CANCEL-03",), f"has the status `{word}`", *entailed, status=word)
    for name, word, entailed in (
        ("cancelled", "cancelled", ("MKP-CANCEL-05", "MKP-CANCEL-09")),
        ("scheduled", "scheduled", ("MKP-CANCEL-05", "MKP-CANCEL-09")),
        ("pending", "pending", ("MKP-CANCEL-05", "MKP-CANCEL-09")),
        ("in-capitals", "CANCELED", ("MKP-CANCEL-05", "MKP-CANCEL-09")),
    )
)


def _without(member: str) -> Mutation:
    # Who is booked as a customer needs no attendee.
    gone = {member, "customerId"} if member.startswith("attendee") else {member}
    what, follows = f"lacks {_listed(gone)}", {"id": ("MKP-CANCEL-02",), "status": ("MKP-CANCEL-03",)}
    dates = ("MKP-CANCEL-06", "MKP-CANCEL-07") if member in {"startsAt", "endsAt", "createdAt"} else ()
    entails = (*follows.get(member, ()), *dates, "MKP-CANCEL-05", "MKP-CANCEL-13", *ALTERED)
    return _showing(
        f"no-{kebab(member)}", ("MKP-CANCEL-04",), what,
        lambda document: {name: value for name, value in document.items() if name not in gone}, entails,
    )  # fmt: skip


def _listed(members: set[str]) -> str:
    return " and ".join(f"`{member}`" for member in sorted(members))


MISSING = (
    *(_without(member) for member in MEMBERS),
    _showing("no-online-meeting-link", ("MKP-CANCEL-13",), "lacks `onlineMeetingLink`",
             lambda document: {name: value for name, value in document.items() if name != "onlineMeetingLink"}),
    _showing("no-customer-id", ("MKP-CANCEL-13",), "lacks `customerId`",
             lambda document: {name: value for name, value in document.items() if name != "customerId"}),
)  # fmt: skip

TYPES = (
    _setting("a-number-for-the-customer", ("MKP-CANCEL-05",), "has a number as `customerId`", *ALTERED,
             customerId=4711),
    _setting("false-for-the-meeting", ("MKP-CANCEL-05",), "has `false` as `onlineMeetingLink`",
             onlineMeetingLink=False),
    _setting("null-for-the-attendee", ("MKP-CANCEL-05",), "has `null` as `attendeeName`", *ALTERED,
             attendeeName=None),
    _setting("an-object-for-the-attendee", ("MKP-CANCEL-05",), "has an object as `attendeeEmail`", *ALTERED,
             attendeeEmail={"address": "john@example.com"}),
    _setting("null-for-the-status", ("MKP-CANCEL-03",), "has `null` as `status`", "MKP-CANCEL-05", "MKP-CANCEL-09",
             status=None),
    _setting("null-for-the-creation", ("MKP-CANCEL-06",), "has `null` as `createdAt`", "MKP-CANCEL-05", *ALTERED,
             createdAt=None),
    _setting("a-number-for-the-id", ("MKP-CANCEL-02",), "has a number as `id`", "MKP-CANCEL-05", "MKP-CANCEL-09",
             id=17),
    _setting("an-array-for-the-customer", ("MKP-CANCEL-05",), "has an array as `customerId`", *ALTERED,
             "MKP-CANCEL-04", customerId=[]),
    _setting("an-object-for-the-meeting", ("MKP-CANCEL-05",), "has an object as `onlineMeetingLink`",
             onlineMeetingLink={"href": "https://meet.example.com/room"}),
    _setting("a-flag-for-the-attendee", ("MKP-CANCEL-05",), "has a flag as `attendeeEmail`", *ALTERED,
             attendeeEmail=True),
    _setting("an-array-for-the-attendee", ("MKP-CANCEL-05",), "has an array as `attendeeName`", *ALTERED,
             attendeeName=["John"]),
)  # fmt: skip

LATER = ("MKP-CANCEL-05", "MKP-CANCEL-07", *ALTERED)
DATES = (
    _changing("epoch-numbers", "startsAt", "has a number of seconds as `startsAt`", lambda _: 1930316400, *LATER),
    _changing("an-impossible-day", "createdAt", "has 30 February as the day of `createdAt`",
              lambda text: f"{text[:5]}02-30{text[10:]}", *LATER),
    _changing("an-impossible-hour", "createdAt", "has hour 25 in `createdAt`",
              lambda text: f"{text[:11]}25{text[13:]}", *LATER),
    _changing("no-offset", "startsAt", "has `startsAt` without an offset", lambda text: text[:19], *LATER),
    _changing("a-space-in-a-date", "endsAt", "has a space for the T of `endsAt`",
              lambda text: text.replace("T", " "), *LATER),
    _changing("an-offset-without-colon", "createdAt", "has an offset without colon in `createdAt`",
              lambda text: text[:-3] + text[-2:], *LATER),
    _changing("a-day-without-time", "createdAt", "has no time of day in `createdAt`", lambda text: text[:10], *LATER),
    _showing("the-end-first", ("MKP-CANCEL-07",), "has start and end exchanged",
             lambda document: document | {"startsAt": document["endsAt"], "endsAt": document["startsAt"]},
             ALTERED),
    _showing("the-end-at-the-start", ("MKP-CANCEL-07",), "has an end equal to the start",
             lambda document: document | {"endsAt": document["startsAt"]}, ALTERED),
)  # fmt: skip


@fault("MKP-CANCEL-01", entails=("MKP-RACE-01", *ABOUT_THE_ANSWER))
class CancelAnswers204(CancelAction):
    """A cancel is answered 204, without content."""

    async def perform(self, call: Call) -> Answer:
        answer = await super().perform(call)
        return Answer(204) if answer.status == 200 else answer


@fault("MKP-CANCEL-01", entails=("MKP-RACE-01", *ABOUT_THE_ANSWER))
class CancelAnswers202(CancelAction):
    """A cancel is answered 202."""

    success = 202


@fault("MKP-CANCEL-01", "MKP-ERR-02", entails=("MKP-RACE-01", *ABOUT_THE_ANSWER))
class CancelAnswers500(CancelAction):
    """A cancel is answered 500 after it has been carried out, as when the notice to the customer fails."""

    success = 500
