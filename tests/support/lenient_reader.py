"""A second reading of what a lenient server may find: it holds every record there can be, and says which it touches.

It shares no code with the suite. Every positive number below the counters' end is a record of every table, and every
UUID that a generator makes is a profile.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from math import isfinite
from urllib.parse import parse_qsl, unquote

TABLES = ("profile", "list", "appointment")
ABSENT_NUMBER = 2**31 - 1


@cache
def touched(body, target):
    """Return (reading, table, key) of every record that a body may reach, and that is no fixture's and not absent."""
    found = set()
    for alias, identifier in pairs_in(body):
        for table in tables_named(alias):
            found |= {(name, table, key) for name, key in strangers(table, identifier, target)}
    return found


def pairs_in(body):
    """Return every (type, id) of a body: JSON, JSON within text, a form, or text that only looks like JSON."""
    texts = {body.decode("utf-8", errors) for errors in ("ignore", "replace")} | {body.decode("latin-1")}
    found = []
    for text in texts:
        try:
            found += pairs_of(json.loads(text, object_pairs_hook=lambda pairs: ("object", pairs)))
        except ValueError:
            found += pairs_of(("object", parse_qsl(text, keep_blank_values=True)))
            found += pairs_of(("object", re.findall(r"""["'](\w+)["']\s*:\s*["']?([^"',}]*)""", text)))
    return found


def pairs_of(value):
    """Return the (type, id) pairs of a parsed value in which objects stand as ("object", pairs)."""
    if isinstance(value, str):
        return pairs_in(value.encode("utf-8", "surrogatepass")) if value.lstrip()[:1] in {"{", "["} else []
    if isinstance(value, list):
        return [pair for element in value for pair in pairs_of(element)]
    if not is_object(value):
        return []
    members = value[1]
    types = [plain(one) for name, one in members if name.lower() == "type"] or [None]
    ids = [plain(one) for name, one in members if name.lower() == "id"]
    named = [(name, plain(one)) for name, one in members if name.lower() not in {"type", "id"}]
    within = [pair for name, one in members if name.lower() not in {"type", "id"} for pair in pairs_of(one)]
    return [(alias, identifier) for alias in types for identifier in ids] + named + within


def is_object(value):
    """Whether a parsed value is an object."""
    return isinstance(value, tuple) and len(value) == 2 and value[0] == "object"


def plain(value):
    """Return a parsed value with objects as dictionaries."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return {name: plain(one) for name, one in value[1]} if is_object(value) else value


def tables_named(alias):
    """Return the tables that a type may lead to; "other" is a table of which no record is a fixture."""
    if isinstance(alias, list | dict):
        elements = alias.values() if isinstance(alias, dict) else alias
        return set().union(*map(tables_named, elements)) if elements else set(TABLES)
    if not isinstance(alias, str):
        return set(TABLES)
    words = re.findall(r"[a-z]+", unicodedata.normalize("NFKC", alias).lower())
    if not words:
        return set(TABLES)
    return {word.rstrip("s") if word.rstrip("s") in TABLES else "other" for word in words}


def strangers(table, identifier, target):
    """Return (reading, key) of the records of a table that an id may be taken for and that are strangers' ones."""
    fixtures, found = target.fixtures, set()
    own = {
        "profile": [*fixtures.profiles, target.absent_ids["profile"]],
        "list": [*fixtures.lists, target.absent_ids["list"]],
        "appointment": [*fixtures.appointments, target.absent_appointment],
        "other": [],
    }[table]
    largest = max(map(int, (*fixtures.appointments, *fixtures.lists)))
    right = right_keys(*own)
    if table == "profile" and identifier in fixtures.lists:
        return found  # No profile has a number.
    for name, key in keys_of(identifier):
        if (name, key) in right and name != "compared":
            continue
        if isinstance(key, str):
            is_strange = table == "profile" and key[14] in "12345678" and key not in {one.lower() for one in own}
        elif table == "profile":
            is_strange = (0 if name == "compared" else 1) <= key < ABSENT_NUMBER
        else:
            is_far = 2**31 <= key < 2**63 and key >= 1000 * largest
            is_strange = 0 < key < 2**63 and not is_far and str(key) not in own and key != ABSENT_NUMBER
        if is_strange:
            found.add((name, key))
    return found


@cache
def right_keys(*own):
    """Return every (reading, key) of the right ids of a table."""
    return {pair for one in own for pair in keys_of(one)}


def keys_of(value):
    """Yield (reading, key) for an id: numbers, and UUIDs as text."""
    if isinstance(value, list | dict):
        for element in value.values() if isinstance(value, dict) else value:
            yield from keys_of(element)
        if isinstance(value, dict) and any(name.startswith("$") and name != "$eq" for name in value):
            yield "operator", 1
    elif isinstance(value, bool | int | float):
        # An infinity is nobody's key.
        yield from [("compared", int(value))] if isfinite(value) else []
        yield from keys_of(str(value + 0))
    elif isinstance(value, str):
        for how, text in treated(value):
            yield from ((f"{how}, {name}", key) for name, key in numbers(text))
            yield from ((how, one) for one in re.findall(r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))", text))


def treated(text):
    """Yield a text as it stands, trimmed, folded, decoded, cut at NUL, and each of its lines."""
    yield "as it stands", text.lower()
    yield "trimmed", text.strip(" \t\r\n\0").lower()
    yield (
        "folded",
        "".join(str(unicodedata.digit(char, char)) for char in unicodedata.normalize("NFKC", text)).casefold().strip(),
    )
    yield "decoded", unquote(text).lower()
    yield "cut at NUL", text.split("\0")[0].strip().lower()
    for line in text.splitlines():
        yield "line", line.strip().lower()


def numbers(text):
    """Yield (reading, number) for the ways in which a number may be read from a text."""
    leading = re.match(r"[+-]?0*([0-9]+)", text)
    digits = re.sub("[^0-9]", "", text)
    if leading:
        number = int(leading[1][:4000])
        yield "cast", -number if text.startswith("-") else number
        yield "leading digits", number
        yield from ((f"wrapped at {bits} bits", number % 2**bits) for bits in (32, 64))
        yield from ((f"cut at {length}", int(leading[1][:length])) for length in (10, 18))
    for length in (10, 18):
        cut = re.match(r"[+-]?([0-9]+)", text[:length])
        yield f"text cut at {length}", int(cut[1]) if cut else 0
    if digits:
        yield "digits only", int(digits[:4000])
        yield from ((f"digits cut at {length}", int(digits[:length])) for length in (10, 18))
    if fraction := re.match(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?", text):
        number = float(fraction[0])
        yield from (("rounded", int(one)) for one in (number, number + 0.5) if abs(one) < 2**63)
    if hexadecimal := re.match(r"0x([0-9a-f]+)", text):
        yield "hexadecimal", int(hexadecimal[1], 16) % 2**64
