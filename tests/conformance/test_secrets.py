"""No form of a secret survives, and nothing that is not a secret changes."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointment_conformance.traffic.secrets import SHORTEST_SECRET, Secrets

TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=12, max_size=60)
FORMS = {
    "raw": str,
    "url": quote,
    "url without slashes": lambda value: quote(value, safe=""),
    "form": quote_plus,
    "url in lower case": lambda value: "".join(
        char if quote_plus(char) == char else f"%{ord(char):02x}" for char in value
    ),
    "json": lambda value: json.dumps(value)[1:-1],
    "json as PHP writes it": lambda value: json.dumps(value)[1:-1].replace("/", "\\/"),
    "html": html.escape,
    "html by number": lambda value: "".join(char if char.isalnum() else f"&#{ord(char)};" for char in value),
    "html as a template engine writes it": lambda value: "".join(
        char if char.isalnum() else f"&#x{ord(char):X};" for char in value
    ),
    "html twice": lambda value: html.escape(html.escape(value)),
    "json as .NET writes it": lambda value: "".join(
        char if char.isalnum() else f"\\u{ord(char):04X}" for char in value
    ),
    "json twice": lambda value: json.dumps(json.dumps(value))[3:-3],
    "url in mixed case": lambda value: "".join(
        char if char.isalnum() else (f"%{ord(char):02x}" if place % 2 else f"%{ord(char):02X}")
        for place, char in enumerate(value)
    ),
    "url twice": lambda value: quote(quote(value, safe=""), safe=""),
    "upper case": str.upper,
    "hexadecimal": lambda value: value.encode().hex(),
    "every character escaped": lambda value: "".join(f"\\u{ord(char):04x}" for char in value),
}


@pytest.mark.parametrize("form", FORMS)
@given(token=TOKENS, before=st.text(max_size=10), after=st.text(max_size=10))
def test_no_written_form_survives(form, token, before, after):
    """Wherever a secret stands in a text, as it is or escaped, its name stands there afterwards."""
    secrets, written = Secrets.of({"X": token}), FORMS[form](token)
    hidden = secrets.hide(f"{before}{written}{after}".encode())
    assert written.encode() not in hidden
    assert b"${X}" in hidden
    assert not secrets.found_in(hidden)


@given(token=TOKENS, before=st.binary(max_size=10), after=st.binary(max_size=10), urlsafe=st.booleans())
def test_base64_gives_no_secret_away(token, before, after, urlsafe):
    """A secret inside a base64 text is hidden at every offset, in both alphabets."""
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    hidden = Secrets.of({"X": token}).hide(encode(before + token.encode() + after))
    assert b"${X}" in hidden
    head, _, tail = hidden.partition(b"${X}")
    assert len(head) + len(tail) <= len(encode(before + b"123" + after + b"123"))


@given(st.text())
def test_other_text_stays(text):
    """Text without a secret is what it was, lone surrogates included."""
    assert Secrets.of({"X": "a-token-of-nobody-1234"}).hide_text(text + "\ud800") == text + "\ud800"


def test_the_longest_secret_is_replaced_first():
    """A secret that contains another one is hidden as a whole."""
    secrets = Secrets.of({"SHORT": "abcdefgh", "LONG": "abcdefghijkl"})
    assert secrets.hide(b"abcdefghijkl abcdefgh") == b"${LONG} ${SHORT}"


def test_a_very_short_value_is_left_alone():
    """A value too short to be a secret does not turn ordinary text into placeholders."""
    assert Secrets.of({"X": "a" * (SHORTEST_SECRET - 1)}).hide(b"aaaaaa") == b"aaaaaa"
