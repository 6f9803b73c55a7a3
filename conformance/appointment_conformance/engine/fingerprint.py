"""The fingerprint of a failure: what was observed, without what differs from run to run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from .evidence import Deviation
from .requirement import Requirement

_STATUS = r"(?P<status>status(?:es)? \d{3}(?:(?: or | and |, )\d{3})*)"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
#: Ids, times, lengths and counts; of all numbers only a status says what kind of answer it was.
_VOLATILE = re.compile(rf"{_STATUS}|{_UUID}|apt_[\w.~-]+|\d+")
#: Links as "type id, type id": which ones an appointment has depends on what earlier runs left there.
_LINKS = re.compile(r"(?:[\w\\]+ (?:#|None)(?:, |$))+")
_DOCUMENTED_TYPES = frozenset({"profile", "list"})
#: How the contract's schema begins and ends an objection, before it quotes itself and the value.
_OBJECTION, _QUOTES = "Response violates schema: ", " Validated against"
_PLACE = re.compile(r"Schema(?: at (\S+))?:")


def fingerprint(requirement: Requirement, operation: str, deviations: Iterable[Deviation]) -> str:
    """Return 12 hexadecimal digits in three groups, the same whenever the same probes deviate in the same ways.

    Ids, times, lengths and the links that were there before leave no trace; which probes deviate, the statuses, and
    the members and types that are wrong do. Of a rule about every exchange the probes leave none either: how many are
    sent depends on what earlier runs left.
    """
    ways = sorted({(_family(one, requirement), _kind(one.expected), _kind(one.actual)) for one in deviations})
    digest = hashlib.sha256(json.dumps([requirement.id, operation, ways]).encode("utf-8", "replace")).hexdigest()
    return "-".join((digest[:4], digest[4:8], digest[8:12]))


def _family(deviation: Deviation, requirement: Requirement) -> str:
    probe = deviation.seen.probe
    return f"{probe.kind} {probe.of}" if requirement.scenarios else ""


def _kind(text: str) -> str:
    """The kind of thing that `text` says was expected or seen."""
    if objections := {_objection(part) for part in text.split(_OBJECTION)[1:]}:
        return "; ".join(sorted(objections))
    text = _VOLATILE.sub(lambda match: match["status"] or "#", text)
    text = _LINKS.sub(_types, text)
    return ", ".join(sorted(re.split(", |: ", text)))


def _objection(text: str) -> str:
    """The rule of the schema and its place; the value that breaks it says nothing more."""
    head, _, quoted = text.partition(_QUOTES)
    rule = head.rpartition(" is not ")[2] if " is not " in head else " ".join(head.split()[-5:])
    place = _PLACE.search(quoted)
    return f"{_VOLATILE.sub('#', rule)} at {place[1] if place else None}"


def _types(links: re.Match[str]) -> str:
    """The types of links that no document names."""
    found = {link.split(" ")[0] for link in links[0].split(", ") if link}
    return f"links {' '.join(sorted(found - _DOCUMENTED_TYPES))}"
