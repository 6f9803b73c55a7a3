"""The near misses: values one rule away from a valid one, each derived from a fixture and known by a name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast, get_args
from uuid import UUID

from hypothesis.errors import InvalidArgument

from appointment_strategies import paths
from appointment_strategies.digits import with_foreign_digits
from appointment_strategies.model import ABSENT, Api, link_action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Of = Literal["profile id", "list id", "type", "body", "raw body", "omneo path", "mijnklantportaal path"]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A class of near misses.

    `name` is what reports show, unique within `of`. `rule` is the one rule of the model that is broken: one of
    `broken_rules`, `json-text` for a raw body, or `path-id` for a path. `make` returns the same value for the same
    fixture. It takes a profile id, a list id, an alias, a profile id (`body`), JSON text (`raw body`) or an
    appointment id (paths), and returns a JSON value or `ABSENT`, bytes (`raw body`), or a raw path segment (paths).
    """

    name: str
    of: Of
    rule: str
    make: Callable[[str], object]


def near_misses_of(of: Of) -> tuple[NearMiss, ...]:
    """Return every class of near misses of `of`, the most valuable first, always in the same order.

    Raises InvalidArgument for an `of` that has no near misses.
    """
    if of not in _TABLE:
        raise InvalidArgument(f"of={of!r} has no near misses; expected one of {', '.join(map(repr, get_args(Of)))}")
    return _TABLE[of]


def near_miss_segments(api: Api, fixture: str) -> Mapping[str, str]:
    """Return the raw path segment of every near miss of one fixture appointment's id, by class name."""
    of: Of = "omneo path" if api == "omneo" else "mijnklantportaal path"
    return MappingProxyType({miss.name: cast("str", miss.make(fixture)) for miss in near_misses_of(of)})


def broken_action(miss: NearMiss, alias: str, identifier: str) -> object:
    """Return the body of the valid action (`alias`, `identifier`) with one near miss applied.

    Raises InvalidArgument if the near miss is not one of this alias, or not one of a parsed body.
    """
    if miss.of == "type":
        return link_action(miss.make(alias), identifier)
    if miss.of == f"{alias} id":
        return link_action(alias, miss.make(identifier))
    if miss.of == "body" and alias == "profile":
        return miss.make(identifier)
    raise InvalidArgument(f"{miss.of} near miss {miss.name!r} does not apply to an action of type {alias!r}")


def number_of(profile: str) -> int:
    """Return the integer that stands in for a profile id.

    It lies between 2**52 and 2**53 and is odd, so no comparison that casts the first group of a UUID to a number
    can meet it: a server that takes it cannot reach somebody else's profile. Cut to 32 bits it is as large as that.
    """
    return (UUID(profile).int >> 80) | 2**52 | 3 * 2**30 | 1


def uuid_of(list_id: str, letter: str = "a") -> str:
    """Return the UUID text that stands in for a list id, filled with `letter`; cast to an integer it is that id, or 0.

    The letter is hexadecimal, but not `e`, which would make an exponent of the digits before it. It stands in the place
    of the version, too: no generator makes such a UUID, and a server that keeps the digits alone reads the list's.
    """
    digits = list_id if list_id.isdecimal() and len(list_id) <= len("12345678") else ""
    return f"{digits.ljust(8, letter)}-{letter * 4}-{letter * 4}-{letter * 4}-{letter * 12}"


def hexadecimal_of(number: str) -> str:
    """Return the hexadecimal digits that stand for a number, so that the decimal ones among them are nobody's number.

    Where they could be somebody's they stand for a number beyond 64 bits, which wraps to the fixture's and begins with
    its decimal digits.
    """
    plain = f"{int(number):x}"
    return plain if plain.isalpha() or plain == number else f"{number.zfill(9)}99999999{int(number) % 2**64:016x}"


def _valid(profile: str) -> dict[str, object]:
    return link_action("profile", profile)


def _of(of: Of, *classes: tuple[str, str, Callable[[str], object]]) -> tuple[Of, tuple[NearMiss, ...]]:
    return of, tuple(NearMiss(name, of, rule, make) for name, rule, make in classes)


_VERY_LONG = 4096
#: Rounded or cut, what stands before it is the fixture's number; run together with it, a number beyond 64 bits.
TAIL: Final = "0" * 20

_TABLE: Final[Mapping[Of, tuple[NearMiss, ...]]] = MappingProxyType(
    dict(
        (
            _of(
                "profile id",
                ("list-form", "id-form", lambda profile: str(number_of(profile))),
                ("missing", "id-required", lambda _: ABSENT),
                ("truncated", "id-form", lambda profile: profile[:-1]),
                ("array", "id-string", lambda profile: [profile]),
                ("number", "id-string", number_of),
                ("null", "id-required", lambda _: None),
                ("empty", "id-required", lambda _: ""),
                ("non-hex", "id-form", lambda profile: f"{profile[:-1]}g"),
                ("over-long", "id-form", lambda profile: f"{profile}0"),
                ("embedded-newline", "id-form", lambda profile: f"{profile}\nx"),
                ("trailing-text", "id-form", lambda profile: f"{profile}x"),
                ("leading-text", "id-form", lambda profile: f"x{profile}"),
                ("wrong-separators", "id-form", lambda profile: profile.replace("-", "_")),
                ("nul", "id-form", lambda profile: f"{profile}\0x"),
                ("non-ascii-digits", "id-form", with_foreign_digits),
                ("very-long", "id-form", lambda profile: profile.ljust(_VERY_LONG, "0")),
                ("object", "id-string", lambda profile: {"id": profile}),
                ("boolean", "id-string", lambda _: True),
            ),
            _of(
                "list id",
                ("profile-form", "id-form", uuid_of),
                ("digits-then-letters", "id-form", lambda number: f"{number}xyz"),
                # No hexadecimal digit: what reads them all would find another number.
                ("leading-text", "id-form", lambda number: f"x{number}"),
                ("beyond-64-bits", "id-form", paths.beyond_64_bits),
                ("float", "id-form", lambda number: f"{number}.{TAIL.replace('0', '2')}"),
                ("missing", "id-required", lambda _: ABSENT),
                ("array", "id-string", lambda number: [number]),
                ("exponent", "id-form", lambda number: f"{number}e{TAIL}"),
                ("hexadecimal", "id-form", lambda number: f"0x{hexadecimal_of(number)}"),
                ("embedded-newline", "id-form", lambda number: f"{number}\nx"),
                ("null", "id-required", lambda _: None),
                ("empty", "id-required", lambda _: ""),
                ("nul", "id-form", lambda number: f"{number}\0x"),
                ("very-long", "id-form", lambda number: number.ljust(_VERY_LONG, "0")),
                ("object", "id-string", lambda number: {"id": number}),
                # JSON true may be cast to list 1, which need not be a fixture.
                ("boolean", "id-string", lambda _: False),
            ),
            _of(
                "type",
                ("unknown", "type-alias", lambda _: "appointment"),
                ("upper-case-first", "type-alias", str.capitalize),
                ("missing", "type-required", lambda _: ABSENT),
                ("array", "type-string", lambda alias: [alias]),
                ("null", "type-required", lambda _: None),
                ("boolean", "type-string", lambda _: True),
                ("number", "type-string", lambda _: 0),
                ("plural", "type-alias", lambda alias: f"{alias}s"),
                ("upper-case", "type-alias", str.upper),
                ("empty", "type-alias", lambda _: ""),
                ("object", "type-string", lambda alias: {"type": alias}),
            ),
            _of(
                "body",
                ("null", "body-object", lambda _: None),
                ("array", "body-object", lambda profile: [_valid(profile)]),
                ("empty-object", "body-members", lambda _: {}),
                ("string", "body-object", lambda profile: json.dumps(_valid(profile))),
                ("number", "body-object", lambda _: 0),
                ("boolean", "body-object", lambda _: True),
            ),
            _of(
                "raw body",
                ("truncated", "json-text", lambda text: text[:-1].encode()),
                ("empty", "json-text", lambda _: b""),
                ("bare-word", "json-text", lambda _: b"profile"),
                ("not-utf-8", "json-text", lambda text: b"\xff" + text.encode()),
            ),
            _of("omneo path", *((name, "path-id", make) for name, make in paths.OMNEO.items())),
            _of("mijnklantportaal path", *((name, "path-id", make) for name, make in paths.MIJNKLANTPORTAAL.items())),
        ),
    ),
)
