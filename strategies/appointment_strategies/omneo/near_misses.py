"""The near misses of a link action and of its path: each breaks one rule of the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from hypothesis.errors import InvalidArgument

from appointment_strategies.digits import with_foreign_digits
from appointment_strategies.json_texts import is_object_text
from appointment_strategies.near_misses import NearMiss, families, family, family_of
from appointment_strategies.omneo import paths, varieties
from appointment_strategies.omneo.model import ALIASES, breaks_appointment_id, is_list_id, is_profile_id, link_action
from appointment_strategies.omneo.stand_ins import TAIL, hexadecimal_of, number_of, uuid_of
from appointment_strategies.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_strategies.near_misses import Family

Of = Literal["profile id", "list id", "type", "body", "raw body", "omneo path"]


def near_misses_of(of: Of) -> tuple[NearMiss, ...]:
    """Return every class of near misses of `of`, the most valuable first, always in the same order.

    Each derives its value from a profile id, a list id, an alias, a profile id (`body`), JSON text (`raw body`) or an
    appointment id (`omneo path`). Raises InvalidArgument for an `of` without near misses.
    """
    return family_of(of, FAMILIES).classes


def near_miss_segments(fixture: str) -> Mapping[str, str]:
    """Return the raw path segment of every near miss of a fixture appointment's id, by class name."""
    return FAMILIES["omneo path"].segments(fixture)


def broken_action(miss: NearMiss, alias: str, identifier: str) -> object:
    """Return the body of the valid action (`alias`, `identifier`) with one near miss applied.

    Raises InvalidArgument if the near miss does not belong to this alias, or not to a parsed body.
    """
    if miss.of == "type":
        return link_action(miss.make(alias), identifier)
    if miss.of == f"{alias} id":
        return link_action(alias, miss.make(identifier))
    if miss.of == "body" and alias == "profile":
        return miss.make(identifier)
    raise InvalidArgument(f"{miss.of} near miss {miss.name!r} does not apply to an action of type {alias!r}")


def _valid(profile: str) -> dict[str, object]:
    return link_action("profile", profile)


_VERY_LONG = 4096

FAMILIES: Final[Mapping[str, Family]] = families(
    family(
        "profile id",
        is_profile_id,
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
        varieties=varieties.PROFILE_ID,
    ),
    family(
        "list id",
        is_list_id,
        ("profile-form", "id-form", uuid_of),
        ("digits-then-letters", "id-form", lambda number: f"{number}xyz"),
        # The letter is not hexadecimal: a server that reads hexadecimal digits would find another number.
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
        # A server may cast JSON true to list 1, which may not be a fixture.
        ("boolean", "id-string", lambda _: False),
        varieties=varieties.LIST_ID,
    ),
    family(
        "type",
        ALIASES.__contains__,
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
        varieties=varieties.TYPE,
    ),
    family(
        "body",
        is_profile_id,
        ("null", "body-object", lambda _: None),
        ("array", "body-object", lambda profile: [_valid(profile)]),
        ("empty-object", "body-members", lambda _: {}),
        ("string", "body-object", lambda profile: json.dumps(_valid(profile))),
        ("number", "body-object", lambda _: 0),
        ("boolean", "body-object", lambda _: True),
        varieties=varieties.BODY,
    ),
    family(
        "raw body",
        is_object_text,
        ("truncated", "json-text", lambda text: text[:-1].encode()),
        ("empty", "json-text", lambda _: b""),
        ("bare-word", "json-text", lambda _: b"profile"),
        ("not-utf-8", "json-text", lambda text: b"\xff" + text.encode()),
        varieties=varieties.RAW_BODY,
    ),
    family(
        "omneo path",
        lambda text: not breaks_appointment_id(text),
        *((name, "path-id", make) for name, make in paths.SEGMENTS.items()),
        varieties=varieties.PATH,
    ),
)
