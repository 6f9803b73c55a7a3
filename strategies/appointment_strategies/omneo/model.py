"""The model of the contract that probes are compared with, written by hand, independent of the published schemas."""

from __future__ import annotations

import re
from typing import Final

from appointment_strategies.json_texts import NotJson, value_of
from appointment_strategies.values import ABSENT

ALIASES: Final = ("profile", "list")

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_NUMBER_IN_PATH = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_MAX_INT64 = 2**63 - 1


def is_profile_id(value: object) -> bool:
    """Return whether `value` is UUID text: 8-4-4-4-12 ASCII hexadecimal digits in either case, any version."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_list_id(value: object) -> bool:
    """Return whether `value` is the text of an integer in ASCII digits that fits in signed 64 bits."""
    return isinstance(value, str) and _INTEGER.fullmatch(value) is not None and -(2**63) <= int(value) <= _MAX_INT64


def link_action(alias: object, identifier: object) -> dict[str, object]:
    """Return the body of a link or unlink request; a member whose value is `ABSENT` is left out."""
    members = {"type": alias, "id": identifier}
    return {name: value for name, value in members.items() if value is not ABSENT}


def broken_rules(body: object) -> frozenset[str]:
    """Return the names of the rules of an Omneo link action that a parsed JSON body breaks, empty for a valid one.

    Each wrong field counts once, for its first broken rule: `type-required`, `type-string`, `type-alias`,
    `id-required`, `id-string`, `id-form`. A body that is not an object breaks only `body-object`, and an object
    without both fields breaks only `body-members`. If the type is wrong, an id that is valid for either alias is right.
    Source: Omneo, request body of link and unlink.
    """
    if not isinstance(body, dict):
        return frozenset({"body-object"})
    if "type" not in body and "id" not in body:
        return frozenset({"body-members"})
    alias, identifier = body.get("type"), body.get("id")
    return frozenset(rule for rule in (_type_rule(alias), _id_rule(alias, identifier)) if rule is not None)


def broken_rules_of_text(raw: bytes) -> frozenset[str]:
    """Return the broken rules of a body as sent: `json-text` if it is not JSON in UTF-8, else those of its value."""
    try:
        body = value_of(raw)
    except NotJson:
        return frozenset({"json-text"})
    return broken_rules(body)


def wrong_fields(body: object) -> frozenset[str]:
    """Return which of `type` and `id` a validation error must name; empty if the body is not an object (left open)."""
    rules = broken_rules(body)
    if rules == {"body-members"}:
        return frozenset({"type", "id"})
    return frozenset(rule.split("-", 1)[0] for rule in rules) & {"type", "id"}


def open_fields(body: object) -> frozenset[str]:
    """Return the fields that a validation error may name or leave out, as the documents do not say; mostly empty.

    The form of an id depends on its type. If the type is not an alias, the documents do not say which form applies, so
    a server may call any scalar wrong or accept it.
    """
    if not isinstance(body, dict) or ("type" not in body and "id" not in body):
        return frozenset()
    alias, identifier = body.get("type"), body.get("id")
    if isinstance(alias, str) and alias in ALIASES:
        return frozenset()
    is_certain = identifier is None or identifier == "" or isinstance(identifier, list | dict)
    return frozenset() if is_certain else frozenset({"id"})


def breaks_appointment_id(text: str) -> bool:
    """Return whether decoded path text cannot be an appointment id: a number from 1 that fits in signed 64 bits."""
    return _NUMBER_IN_PATH.fullmatch(text) is None or int(text) > _MAX_INT64


def _type_rule(alias: object) -> str | None:
    if alias is None:
        return "type-required"
    if not isinstance(alias, str):
        return "type-string"
    return None if alias in ALIASES else "type-alias"


def _id_rule(alias: object, identifier: object) -> str | None:
    if identifier is None or identifier == "":
        return "id-required"
    if not isinstance(identifier, str):
        return "id-string"
    return None if _has_form(alias, identifier) else "id-form"


def _has_form(alias: object, identifier: str) -> bool:
    if alias == "profile":
        return is_profile_id(identifier)
    if alias == "list":
        return is_list_id(identifier)
    return is_profile_id(identifier) or is_list_id(identifier)
