"""Codes: what is wrong with an exchange, in short texts that say it by ids and places, never by a sentence.

A code is one or more lower-case words with hyphens, such as `missing-link`; where it needs one, a colon and a detail
follow: a place in the answer as a JSON Pointer (RFC 6901, `*` for every entry of a list), a name, or a plain value.
Fingerprints are made of them, so a code that users have seen never changes its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(:\S+)?")
#: What was sent got no answer at all.
NO_ANSWER: Final = "no-answer"
#: Content that should be JSON and cannot be read as JSON.
NOT_JSON: Final = "not-json"
#: JSON that should be an object and is something else.
NOT_AN_OBJECT: Final = "not-an-object"
#: A request that was refused, and carried out all the same.
HAS_EFFECT: Final = "has-effect"

#: Values and names that stay the same from run to run: no ids, no times, no free text.
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
    """What the contract's schema has against an exchange: codes of what is wrong, and a sentence that may change."""

    codes: tuple[str, ...]
    sentence: str


def status_code(*statuses: int | None) -> str:
    """Return the code of an answer, or of answers that belong together, with the wrong status: `status-500`."""
    return "-".join(("status", *map(str, statuses)))


def at_each(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return a code for each member that `names` tells: `links[].id` becomes `word:/links/*/id`."""
    return tuple(f"{word}:/{name.replace('[]', '.*').replace('.', '/')}" for name in names)


def of_value(name: str, value: object) -> str:
    """Return the code of a member with the wrong value: `wrong-value:/status/scheduled`; only a plain word is told."""
    told = value if isinstance(value, str) and _PLAIN.fullmatch(value) else _KINDS.get(type(value), "other")
    return f"wrong-value:/{name}/{told}"


def of_id(name: str, value: object) -> str:
    """Return the code of a member with the id of something else, or with no id: `wrong-id:/data/id/text`."""
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
    """Return the code of a place in the answer that breaks a keyword of the contract's schema.

    Positions in lists, and names that are no plain ones, differ from run to run and become `*`.
    """
    path = "/".join(_step(part) for part in (*place, keyword))
    return f"schema:/{path}"


def _step(part: str | int) -> str:
    return part if isinstance(part, str) and _NAME.fullmatch(part) else "*"


def checked(code: str | Iterable[str]) -> tuple[str, ...]:
    """Return one code or several as a tuple. Raises ValueError where there is none, or one that is not a code."""
    found = (code,) if isinstance(code, str) else tuple(code)
    wrong = [one for one in found if not CODE.fullmatch(one)]
    if wrong or not found:
        raise ValueError(f"what is wrong needs a code of lower-case words with hyphens, not {wrong or 'nothing'}")
    return found
