"""The fingerprint of a failure: what was observed, without what differs from run to run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from .evidence import Deviation

_STATUS = r"(?P<status>status(?:es)? \d{3}(?:(?: or | and |, )\d{3})*)"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
#: Ids, times, lengths and counts; of all numbers only a status says what kind of answer it was.
_VOLATILE = re.compile(rf"{_STATUS}|{_UUID}|apt_\w+|\d+")
#: Links as "type id, type id": which ones an appointment has depends on what earlier runs left there.
_LINKS = re.compile(r"(?:[\w\\]+ (?:#|None)(?:, |$))+")
_DOCUMENTED_TYPES = frozenset({"profile", "list"})
#: What the contract's schema objects to: the value and the schema's text say nothing new beside the place.
_OBJECTION = re.compile(
    r'violates schema: (?:.* (?P<rule>is not .+)|(?P<missing>"[^"]*" is a required .+)) Validated against'
    r".*?(?P<place>Schema(?: at \S+)?:)"
)


def fingerprint(requirement: str, operation: str, deviations: Iterable[Deviation]) -> str:
    """Return 12 hexadecimal digits in three groups, the same whenever the same probes deviate in the same ways.

    Ids, times, lengths and the links that were there before leave no trace; which probes deviate, the statuses, and
    the members and types that are wrong do.
    """
    ways = sorted(
        {(one.seen.probe.kind, one.seen.probe.of, _kind(one.expected), _kind(one.actual)) for one in deviations}
    )
    digest = hashlib.sha256(json.dumps([requirement, operation, ways]).encode("utf-8", "replace")).hexdigest()
    return "-".join((digest[:4], digest[4:8], digest[8:12]))


def _kind(text: str) -> str:
    """The kind of thing that `text` says was expected or seen."""
    if objection := _OBJECTION.search(text):
        return f"{objection['missing'] or objection['rule']} {objection['place']}"
    text = _VOLATILE.sub(lambda match: match["status"] or "#", text)
    text = _LINKS.sub(_types, text)
    return ", ".join(sorted(re.split(", |: ", text)))


def _types(links: re.Match[str]) -> str:
    """The types of links that no document names."""
    found = {link.split(" ")[0] for link in links[0].split(", ") if link}
    return f"links {' '.join(sorted(found - _DOCUMENTED_TYPES))}"
