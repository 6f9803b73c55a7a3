"""Hostile text is safe to show, and nothing of it is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointment_reports import cut, visible, visible_body, visible_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x00b", r"a\x00b"),
        ("\ud800", r"\ud800"),
        ("\u202etxt", r"\u202etxt"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ufffe\U0010ffff", r"\ufffe\U0010ffff"),
        ("\u200b", r"\u200b"),
        ("a\r\nb\tc", "a\\r\nb\tc"),
        ("Zoë ✓ 预约", "Zoë ✓ 预约"),
    ],
)
def test_what_does_not_print_becomes_an_escape(text, shown):
    """Control, bidirectional and separator characters become escapes; letters, line ends and tabs stay."""
    assert visible(text) == shown


def test_a_line_stays_one_line():
    """In a single line, line ends and tabs become escapes."""
    assert visible_line("a\nb\tc") == r"a\nb\tc"


def test_bytes_that_are_not_utf_8_become_escapes():
    """A body that is not UTF-8 shows its wrong bytes."""
    assert visible_body(b"caf\xe9 \xc3\xa9") == r"caf\xe9 é"


def test_a_long_text_keeps_its_head_and_its_tail():
    """The middle is left out, the ends are kept, and the original length is said."""
    shown = visible("begin" + "x" * 1_000_000 + "end", 200)
    assert shown.startswith("begin")
    assert shown.endswith("end")
    assert "1000008 characters" in shown


@given(st.text(st.characters(codec=None, categories=None)), st.integers(100, 400))
def test_the_outcome_is_short_and_prints(text, limit):
    """For any text the result keeps its limit, is UTF-8, and has no non-printing character."""
    shown = visible_line(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@pytest.mark.parametrize("limit", range(60, 140))
@pytest.mark.parametrize("show", [visible, visible_line, cut])
def test_no_placeholder_is_cut_in_two(show, limit):
    """A placeholder of a secret that a cut would divide is left out."""
    shown = show("\n" + "x" * 40 + "${FORBIDDEN_TOKEN}${TOKEN}" * 9 + "x", limit)
    assert len(shown) <= limit
    rest = shown.replace("${FORBIDDEN_TOKEN}", "").replace("${TOKEN}", "")
    assert not set("${}TOKEN") & set(rest.replace("\\n", ""))
