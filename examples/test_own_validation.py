"""Use only the strategies: test your own validation against the contract of a link action. Nothing is sent.

pytest examples/test_own_validation.py
"""

# ruff: noqa: INP001, S101 - a pytest file outside of a package
from __future__ import annotations

import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from appointment_strategies.omneo import invalid_link_actions, link_actions, list_ids, profile_ids

# Without a deadline a slow machine does not fail the tests.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

INVALID = invalid_link_actions(profiles=profile_ids(), lists=list_ids())


def accepts(body: object) -> bool:
    """Return whether a body is a link action; replace this function by your own validation."""
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        return False
    return {"profile": _is_uuid, "list": _is_number}.get(str(body.get("type")), lambda _: False)(body["id"])


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < 2**63


@given(link_actions())
def test_a_valid_action_is_accepted(body: dict[str, object]) -> None:
    """Every valid pair of type and id is accepted."""
    assert accepts(body)


@given(INVALID)
def test_a_near_miss_is_refused(near_miss: tuple[str, object]) -> None:
    """Every near miss is refused; its name says which rule it breaks."""
    name, body = near_miss
    assert not accepts(body), name


@given(st.text())
def test_free_text_is_refused(text: str) -> None:
    """Text is not a link action."""
    assert not accepts(text)
