"""Variables in a targets file are resolved as a POSIX shell would, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointment_conformance.targets.variables import UnresolvedError, Values, resolve

ENVIRON = {"V": "value", "EMPTY": "", "file": "a variable"}


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("${V}", "value"),
        ("a${V}b${V}", "avaluebvalue"),
        ("${V:-x}", "value"),
        ("${EMPTY}", ""),
        ("${EMPTY:-x}", "x"),
        ("${NONE:-}", ""),
        ("${NONE:-a b:c}", "a b:c"),
        ("${V:?needed}", "value"),
        ("$${V}", "${V}"),
        ("$V and $$ and $", "$V and $$ and $"),
        ("$${file:x}", "${file:x}"),
        ("${file}", "a variable"),
        ("${file:-/run/x}", "a variable"),
    ],
)
def test_an_expression_is_resolved(text, resolved):
    """A variable, a default and an escape give the documented text."""
    assert resolve(text, Values(ENVIRON)) == resolved


@pytest.mark.parametrize("text", ["${NONE}", "${NONE:?}", "${EMPTY:?say why}", "${V", "${}", "${1V}", "${V:+x}"])
def test_what_cannot_be_resolved_is_refused_at_its_place(text):
    """An unset variable and a broken expression are refused with their place."""
    with pytest.raises(UnresolvedError) as caught:
        resolve({"targets": {"one": {"token": ["x", text]}}}, Values(ENVIRON))
    assert caught.value.place == ("targets", "one", "token", 1)


def test_the_message_of_a_variable_is_shown():
    """The text after `:?` is part of the message."""
    with pytest.raises(UnresolvedError, match="NONE is needed: ask the owner"):
        resolve(["${NONE:?ask the owner}"], Values(ENVIRON))


@given(st.text())
def test_a_value_is_never_resolved_again(value):
    """The value of a variable is text, even if it looks like a variable."""
    assert resolve("<${V}>", Values({"V": value})) == f"<{value}>"


@given(st.recursive(st.none() | st.booleans() | st.integers(), st.lists))
def test_what_is_no_text_stays(value):
    """Numbers, booleans, null and lists of them do not change."""
    assert resolve(value, Values({})) == value
