"""Names in place of what is particular to one run: the ids and tokens of its target, times, lengths, drawn ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from appointment_conformance.engine.credentials import UNKNOWN_TOKEN
from appointment_conformance.targets import Target

_DRAWN = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_LENGTH = re.compile(r"\b\d+ bytes\b")
#: A number of so many digits could be a status.
_STATUS_DIGITS = 3

Rename = Callable[[str], str]


def in_requests(target: Target) -> Rename:
    """Return what puts `{appointment}`, `{absent appointment}` and the like in place of ids in a path or a body."""
    names = dict(_ids(target))
    replace = _replacing({value: f"{{{name}}}" for value, name in names.items()}, _whole)
    return lambda text: _DRAWN.sub("{drawn id}", replace(text))


def in_sentences(target: Target) -> Rename:
    """Return what does the same in a sentence, where a short number may be a status, and times and lengths vary."""
    names = dict(_ids(target))
    replace = _replacing(
        {value: f"{{{name}}}" for value, name in names.items()}, lambda value: _whole_in_words(value, names[value])
    )
    return lambda text: _LENGTH.sub("{number} bytes", _TIME.sub("{time}", _DRAWN.sub("{drawn id}", replace(text))))


def in_credentials(target: Target) -> Rename:
    """Return what puts `<token>`, `<forbidden token>` and the like in place of tokens."""
    tokens = {
        target.truncated_token: "<truncated token>",
        target.altered_token: "<altered token>",
        target.expired_token: "<expired token>",
        target.forbidden_token: "<forbidden token>",
        target.second_token: "<second token>",
        target.token: "<token>",
        UNKNOWN_TOKEN: "<unknown token>",
    }
    return _replacing({token: name for token, name in tokens.items() if token}, re.escape)


def _ids(target: Target) -> Iterator[tuple[str, str]]:
    """Yield each id that the target brings, with what the record is called in its targets file."""
    fixtures, form = target.fixtures, target.form
    for kind, value in target.absent_ids.items():
        member = "absent_appointment" if kind == "appointment" else f"absent_{kind}"
        yield value, form.word_for(member).replace("_", " ")
    for member, ids in fixtures.id_lists.items():
        name = _singular(form.word_for(member).replace("_", " "))
        yield from ((value, name) for value in ids)


def _singular(word: str) -> str:
    return f"{word.removesuffix('ies')}y" if word.endswith("ies") else word.removesuffix("s")


def _replacing(names: Mapping[str, str], pattern: Callable[[str], str]) -> Rename:
    """Return what replaces each key by its name; of two that begin alike the longer one."""
    ordered = sorted(names, key=len, reverse=True)
    found = re.compile("|".join(f"({pattern(value)})" for value in ordered) or "(?!)")
    return lambda text: found.sub(lambda match: names[ordered[(match.lastindex or 1) - 1]], text)


def _whole(value: str) -> str:
    """A pattern for an id; a number has no digits around it."""
    return rf"(?<!\d){value}(?!\d)" if value.isdecimal() else re.escape(value)


def _whole_in_words(value: str, name: str) -> str:
    is_short = value.isdecimal() and len(value) <= _STATUS_DIGITS
    return rf"(?<={re.escape(name)} ){value}(?!\d)" if is_short else _whole(value)
