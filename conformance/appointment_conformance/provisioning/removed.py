"""What the answers to a removal, and to a read after it, say of a record: whether it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from appointment_conformance.traffic.intermediary import is_page
from appointment_conformance.traffic.recording import NOT_THERE, Seen

from .journal import Entry
from .mark import Mark, record_of

if TYPE_CHECKING:
    from .spec import Removal

#: What a read shows: the record as it was, the record removed, that nothing is there, or nothing that counts.
Shown = Literal["standing", "removed", "absent", "nothing"]


def is_as_documented(removal: Removal, entry: Entry, seen: Seen) -> bool:
    """Whether the answer to a removal is what the vendor's page says of one that was done.

    A page of something in front of the API is not, nor is an answer that was cut short. A 404 is no such answer either:
    a path that the target does not serve is answered so as well.
    """
    if is_page(seen) or seen.truncated or seen.status in NOT_THERE:
        return False
    return removal.is_documented(entry, seen)


def shown_by(removal: Removal, seen: Seen, entry: Entry, mark: Mark) -> Shown:
    """Return what a read shows of a record that is known to be the run's own."""
    if seen.status in NOT_THERE and not is_page(seen):
        return "absent"
    record = record_of(seen)
    if seen.status != 200 or record is None or mark.owner_of(record, entry.id) == "another":
        return "nothing"
    return "removed" if removal.is_done(record) else "standing"


def is_gone(removal: Removal, entry: Entry, answer: Seen | None, shown: Shown) -> bool:
    """Whether a record is gone after its removal got `answer` and a read has `shown` something.

    No read at all counts as one that finds nothing only where none was ever served.
    """
    if shown == "removed":
        return True
    if shown == "standing" or answer is None or not is_as_documented(removal, entry, answer):
        return False
    return shown == "absent" or not entry.readable


def is_missing(entry: Entry, answer: Seen | None, shown: Shown) -> bool:
    """Whether neither its removal nor a read finds a record that a read has found before.

    It is gone if the target still serves its API: where it does not, nothing is found there either.
    """
    if answer is None or shown != "absent" or not entry.readable:
        return False
    return answer.succeeded or (answer.status in NOT_THERE and not is_page(answer))


def why_left(removal: Removal, entry: Entry, answer: Seen, shown: Shown) -> str:
    """Return in a few words why a record whose removal got `answer` is taken for left behind."""
    if answer.status is None:
        return "its removal was not answered"
    told = f"its removal was answered {answer.status}"
    is_done = is_as_documented(removal, entry, answer)
    if shown == "standing":
        return f"{told}, but a read shows it as it was" if is_done or answer.succeeded else told
    if is_done or answer.succeeded or answer.status in NOT_THERE:
        return f"{told}, and no read shows that it is gone"
    return told


def has_no_content(seen: Seen) -> bool:
    """Whether an answer came without content."""
    response = seen.exchange.response
    return response is not None and not response.body.strip()
