"""Decide from the answers to a removal and to a later read whether a record is removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from appointment_conformance.traffic.intermediary import is_page
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult

from .journal import Entry
from .mark import Mark, record_of

if TYPE_CHECKING:
    from .spec import Removal

#: What a read shows: the unchanged record, the removed record, that it does not exist, or nothing usable.
Shown = Literal["unchanged", "removed", "absent", "nothing"]


def is_as_documented(removal: Removal, entry: Entry, seen: ProbeResult) -> bool:
    """Whether the answer to a removal is the one that the vendor documents for success.

    A page from something in front of the API is not, nor is an answer that was cut short. Neither is a 404, as a path
    that the target does not serve gets the same answer.
    """
    if is_page(seen) or seen.truncated or seen.status in NOT_FOUND:
        return False
    return removal.is_documented(entry, seen)


def shown_by(removal: Removal, seen: ProbeResult, entry: Entry, mark: Mark) -> Shown:
    """Return what a read shows about a record that is known to be the run's own."""
    if seen.status in NOT_FOUND and not is_page(seen):
        return "absent"
    record = record_of(seen)
    if seen.status != 200 or record is None or mark.owner_of(record, entry.id) == "another":
        return "nothing"
    return "removed" if removal.is_done(record) else "unchanged"


def is_canceled(record: Mapping[str, Any]) -> bool:
    """Say whether a record is an appointment that is canceled, in either spelling."""
    return record.get("status") in {"canceled", "cancelled"}


def is_gone(removal: Removal, entry: Entry, answer: ProbeResult | None, shown: Shown) -> bool:
    """Whether a record is removed, given the `answer` to its removal and what a later read has `shown`.

    A missing read counts as `absent` only if no read of such a record ever succeeded.
    """
    if shown == "removed":
        return True
    if shown == "unchanged" or answer is None or not is_as_documented(removal, entry, answer):
        return False
    return shown == "absent" or not entry.readable


def is_missing(entry: Entry, answer: ProbeResult | None, shown: Shown) -> bool:
    """Whether neither its removal nor a read finds a record that a read found before.

    Such a record is removed only if the target still serves its API; otherwise every record would be missing.
    """
    if answer is None or shown != "absent" or not entry.readable:
        return False
    return answer.succeeded or (answer.status in NOT_FOUND and not is_page(answer))


def why_left(removal: Removal, entry: Entry, answer: ProbeResult, shown: Shown) -> str:
    """Return a short reason why a record counts as left behind after its removal got `answer`."""
    if answer.status is None:
        return "its removal was not answered"
    message = f"its removal was answered {answer.status}"
    is_done = is_as_documented(removal, entry, answer)
    if shown == "unchanged":
        return f"{message}, but a read shows it unchanged" if is_done or answer.succeeded else message
    if is_done or answer.succeeded or answer.status in NOT_FOUND:
        return f"{message}, and no read shows that it is removed"
    return message


def has_no_content(seen: ProbeResult) -> bool:
    """Whether an answer has no content."""
    response = seen.response
    return response is not None and not response.body.strip()
