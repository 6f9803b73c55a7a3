"""Codes: short texts that say what is wrong with an exchange, by ids and places and without a sentence.

A code is one or more lower-case words with hyphens, such as `missing-link`. It may end with a colon and a detail: a
place in the answer as a JSON Pointer (RFC 6901, `*` for every entry of a list), a name, or a plain value.
Fingerprints are made of codes, so a published code never changes its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(:\S+)?")
#: The request got no answer.
NO_ANSWER: Final = "no-answer"
#: The content should be JSON and cannot be parsed as JSON.
NOT_JSON: Final = "not-json"
#: The JSON value should be an object and is another type.
NOT_AN_OBJECT: Final = "not-an-object"
#: A request was refused, and yet it had an effect.
HAS_EFFECT: Final = "has-effect"

#: Values and names that are the same in every run: no ids, no times, no free text.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z_\\-]{0,60}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_KINDS: Final[dict[type, str]] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "text",
    list: "array",
    dict: "object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """How an exchange violates the contract's schema: stable codes, and a sentence whose wording may change."""

    codes: tuple[str, ...]
    sentence: str


def status_code(*statuses: int | None) -> str:
    """Return the code for one wrong status, or for the statuses of answers that belong together: `status-500`."""
    return "-".join(("status", *map(str, statuses)))


def at_each(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return a code for each member in `names`: `links[].id` becomes `word:/links/*/id`."""
    return tuple(f"{word}:/{name.replace('[]', '.*').replace('.', '/')}" for name in names)


def of_value(name: str, value: object) -> str:
    """Return the code of a member with the wrong value: `wrong-value:/status/scheduled`.

    A value that is not a plain word is replaced by its type.
    """
    shown = value if isinstance(value, str) and _PLAIN.fullmatch(value) else _KINDS.get(type(value), "other")
    return f"wrong-value:/{name}/{shown}"


def of_id(name: str, value: object) -> str:
    """Return the code of a member that holds the wrong id, or no id: `wrong-id:/data/id/text`."""
    return f"wrong-id:/{name}/{_KINDS.get(type(value), 'other')}"


def of_media_type(media: str | None) -> str:
    """Return the code of a wrong media type, without its parameters."""
    if media is None:
        return "missing-header:content-type"
    essence = media.partition(";")[0].strip().lower()
    return f"media-type:{essence if _MEDIA_TYPE.fullmatch(essence) else 'other'}"


def of_name(word: str, name: str) -> str:
    """Return the code of a name that no document has: `word:name`; only a plain name is told."""
    return f"{word}:{name if _PLAIN.fullmatch(name) else 'other'}"


def of_schema(place: Iterable[str | int], keyword: str) -> str:
    """Return the code of a place in the answer that violates a keyword of the contract's schema.

    Positions in lists and names that are not plain differ from run to run, so they become `*`.
    """
    path = "/".join(_step(part) for part in (*place, keyword))
    return f"schema:/{path}"


def _step(part: str | int) -> str:
    return part if isinstance(part, str) and _NAME.fullmatch(part) else "*"


def checked(code: str | Iterable[str]) -> tuple[str, ...]:
    """Return one code or several as a tuple. Raises ValueError for no code, and for text that is not a code."""
    codes = (code,) if isinstance(code, str) else tuple(code)
    invalid = [text for text in codes if not CODE.fullmatch(text)]
    if invalid or not codes:
        raise ValueError(f"a failure needs a code of lower-case words with hyphens, not {invalid or 'nothing'}")
    return codes
