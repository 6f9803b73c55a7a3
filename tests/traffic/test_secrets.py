"""No form of a secret remains in a text, and other text does not change."""

from __future__ import annotations

import base64
import dataclasses
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_targets import MKP

from appointment_conformance.traffic.escapes import layers
from appointment_conformance.traffic.secrets import MIN_SECRET_LENGTH, Secrets, credentials_of, secrets_of

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
@settings(deadline=None)  # The first example also reads what the vendors publish.
@given(token=TOKENS, before=st.text(max_size=10), after=st.text(max_size=10))
def test_no_written_form_survives(form, token, before, after):
    """A secret in a text, unchanged or escaped, is replaced by its name."""
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
    """Text without a secret does not change, including lone surrogates."""
    assert Secrets.of({"X": "a-token-of-nobody-1234"}).hide_text(text + "\ud800") == text + "\ud800"


def test_the_longest_secret_is_replaced_first():
    """A secret that contains another one is hidden as a whole."""
    secrets = Secrets.of({"SHORT": "abcdefgh", "LONG": "abcdefghijkl"})
    assert secrets.hide(b"abcdefghijkl abcdefgh") == b"${LONG} ${SHORT}"


def test_secrets_that_stand_side_by_side_are_each_replaced():
    """Adjacent secrets each get their placeholder, in order."""
    secrets = Secrets.of({"A": "Kq7vXw2ZtR9b", "B": "uB5-yE_oW1xQ"})
    assert secrets.hide(b"Kq7vXw2ZtR9buB5-yE_oW1xQKq7vXw2ZtR9bKq7vXw2ZtR9b") == b"${A}${B}${A}${A}"


def test_a_very_short_value_is_left_alone():
    """A value that is too short to be a secret is not replaced in ordinary text."""
    assert Secrets.of({"X": "a" * (MIN_SECRET_LENGTH - 1)}).hide(b"aaaaaa") == b"aaaaaa"


#: Ways to write one character, of which each may be taken for each character anew.
WAYS = (
    "{char}",
    "%{code:02x}",
    "%25{code:02X}",
    "\\u{code:04x}",
    "\\\\u{code:04X}",
    "\\x{code:02x}",
    "&#{code};",
    "&#0{code};",
    "&#x{code:X};",
    "&amp;#{code};",
    "\\{code:03o}",
)
#: What a bearer token is made of (RFC 6750, section 2.1).
BEARER_TOKENS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/", min_size=8, max_size=60)


@st.composite
def spelled(draw, tokens=BEARER_TOKENS):
    """Draw a token, and a text that spells it: each character in any way, and all of it escaped up to three times."""
    token = draw(tokens)
    text = "".join(draw(st.sampled_from(WAYS)).format(char=char, code=ord(char)) for char in token)
    wholes = (quote, html.escape, lambda value: json.dumps(value)[1:-1], lambda value: json.dumps(value)[1:-1])
    for encode in draw(st.lists(st.sampled_from(wholes), max_size=3)):
        text = encode(text)
    return token, text


def pieces_of(token):
    """Return every eight consecutive characters, in lower case."""
    return {token[place : place + 8].lower().encode() for place in range(len(token) - 7)}


@given(spelled(), st.text("!€,ß\n", max_size=10), st.text("!€,ß\n", max_size=10))
def test_no_mixture_of_escapes_hides_a_secret(case, before, after):
    """However each character is escaped, no eight consecutive ones remain, and the text around does not change."""
    token, text = case
    hidden = Secrets.of({"X": token}).hide(f"{before} | {text} | {after}".encode())
    assert hidden.startswith(f"{before} | ".encode())
    assert hidden.endswith(f" | {after}".encode())
    for layer in layers(hidden):
        assert not [piece for piece in pieces_of(token) if piece in layer.data.lower()]


@given(BEARER_TOKENS, st.data())
def test_a_piece_of_a_secret_is_one(token, data):
    """Any eight or more consecutive characters of a token are replaced."""
    start = data.draw(st.integers(0, len(token) - 8))
    piece = token[start : data.draw(st.integers(start + 8, len(token)))]
    hidden = Secrets.of({"X": token}).hide(f'"{piece}!"'.encode())
    assert hidden.startswith(b'"')
    assert hidden.endswith(b'!"')
    assert b"${X}" in hidden
    assert not [one for one in pieces_of(token) if one in hidden.lower()]


TOKEN = "Kq7vXw2ZtR9bLmYc4Hs8NdPf3GjT6eVa"
DISTANT = {
    "base64 in lines": base64.encodebytes(TOKEN.encode() * 4),
    "base64 in lines, in JSON": json.dumps(base64.encodebytes(TOKEN.encode() * 4).decode()).encode(),
    "hexadecimal with colons": ":".join(f"{byte:02X}" for byte in TOKEN.encode()).encode(),
    "hexadecimal in upper case": TOKEN.encode().hex().upper().encode(),
    "hexadecimal with blanks": TOKEN.encode().hex(" ").encode(),
    **{name: TOKEN.encode(name) for name in ("utf-16", "utf-16-be", "utf-32", "utf-32-be")},
    "UTF-7": b"+" + base64.b64encode(TOKEN.encode("utf-16-be")).rstrip(b"=") + b"-",
    "NUL as JSON writes it": json.dumps(TOKEN.encode("utf-16-le").decode()).encode(),
    "quoted-printable": "".join(f"={ord(char):02X}" for char in TOKEN).encode(),
    "soft line breaks": f"{TOKEN[:15]}=\r\n{TOKEN[15:]}".encode(),
    "swapped case": TOKEN.swapcase().encode(),
    "surrogate pairs of JavaScript": "".join(f"\\u{{{ord(char):x}}}" for char in TOKEN).encode(),
    "no semicolons": "".join(f"&#{ord(char)}" for char in TOKEN).encode(),
    "as a pipe of `printf` has it": "".join(f"\\{ord(char):03o}" for char in TOKEN).encode(),
}


@pytest.mark.parametrize("name", DISTANT)
def test_no_distant_form_survives(name):
    """No piece of a token remains in any of the documented codings."""
    secrets = Secrets.of({"X": TOKEN})
    hidden = secrets.hide(b"before, " + DISTANT[name] + b", after")
    assert b"${X}" in hidden
    assert len(hidden.removeprefix(b"before, ").removesuffix(b", after")) < len(b"${X}") * 4 + 24
    assert not secrets.found_in(hidden)


def test_what_everyone_knows_is_no_piece():
    """A word of a token that is also in the contract or the targets file stays; the complete token is replaced."""
    target = dataclasses.replace(MKP, token="apt_own0001-appointments-1q2w3e4r5t6y", name="appointments")
    secrets = secrets_of(target)
    assert secrets.hide_text("apt_own0001 of appointments") == "apt_own0001 of appointments"
    assert secrets.hide_text(f"Bearer {target.token}") == "Bearer ${TOKEN}"
    assert secrets.hide_text("of appointments-1q2w3e4r") == "of ${TOKEN}"


def test_words_of_a_sentence_are_no_piece():
    """Words with a blank or a dash between them are not confused with the same words in a token without it."""
    secrets = Secrets.of({"TOKEN": "Token-WrongMessage-8hYp3NcJ6sFg1QzT"})
    assert secrets.hide_text("a wrong message; wrong_message") == "a wrong message; wrong_message"
    assert secrets.hide_text("wrongmessage") == "${TOKEN}"
    assert secrets.hide_text("WrongMessage 8hYp-3NcJ") == "${TOKEN}"


def test_what_the_suite_sends_keeps_its_words():
    """In a request the complete token is replaced, and a word that is also in the token stays."""
    secrets = Secrets.of({"TOKEN": "conformance-unknown-5t6y"})
    assert secrets.hide_whole(b"conformance-unknown-token-0000") == b"conformance-unknown-token-0000"
    assert secrets.hide_whole(b"Bearer conformance-unknown-5t6y") == b"Bearer ${TOKEN}"


@pytest.mark.parametrize("word", ["scheduled", "Content-Type", "application/json", MKP.fixtures.appointments[0]])
def test_a_word_that_answers_are_full_of_is_no_secret_in_them(word):
    """A token that is a word of the vendor, of HTTP or of a fixture is hidden only in the credentials."""
    target = dataclasses.replace(MKP, token=word)
    assert secrets_of(target).hide_text(f'{{"is": "{word}"}}') == f'{{"is": "{word}"}}'
    assert credentials_of(target).hide_whole(f"Bearer {word}".encode()) == b"Bearer ${TOKEN}"


@pytest.mark.parametrize("semicolon", ["%3b", "\\u003b", "&#59;", "%253B"])
def test_a_name_of_html_whose_semicolon_is_escaped_is_read_whole(semicolon):
    """A named ampersand is decoded with its own semicolon, however that is escaped."""
    written = "".join(f"&amp{semicolon}#{ord(char)};" for char in TOKEN)
    assert Secrets.of({"X": TOKEN}).hide_text(f"at {written}.") == "at ${X}."


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf_16_in_base64_or_hexadecimal_is_read(coding):
    """A token that was encoded as UTF-16 and then encoded again is found, at any place of a longer text."""
    secrets = Secrets.of({"X": TOKEN})
    for before in ("", "a", "ab"):
        raw = f"{before}{TOKEN}".encode(coding)
        assert "${X}" in secrets.hide_text(base64.b64encode(raw).decode())
        assert "${X}" in secrets.hide_text(raw.hex())


def test_a_token_in_the_address_is_a_secret_there():
    """The parts of base_url are public, unless they are a token."""
    target = dataclasses.replace(MKP, token=TOKEN, base_url=f"https://api.example.com/{TOKEN}/v1")
    assert secrets_of(target).hide_text(target.base_url) == "https://api.example.com/${TOKEN}/v1"
    assert secrets_of(target).hide_text(f"at {TOKEN[:12]}...") == "at ${TOKEN}..."


def test_a_placeholder_stays_whole():
    """A token that is part of a placeholder's name is replaced once, and never inside a placeholder."""
    secrets = Secrets.of({"FORBIDDEN_TOKEN": "forbidden_token-9q8w7e", "TOKEN": "FORBIDDEN_TOKEN"})
    hidden = secrets.hide(b"forbidden_token-9q8w7e FORBIDDEN_TOKEN ${FORBIDDEN_TOKEN}")
    assert hidden == b"${FORBIDDEN_TOKEN} ${TOKEN} ${FORBIDDEN_TOKEN}"


def test_long_secrets_are_found_in_long_texts():
    """Several tokens of 8,000 characters are found in two mebibytes, at the end as at the beginning."""
    long = {name: "".join(f"{place * factor % 65521:x}" for place in range(2000)) for name, factor in NAMED.items()}
    text = json.dumps({"message": "The given data was invalid. " * 75_000})
    secrets = Secrets.of(long)
    for name, value in long.items():
        hidden = secrets.hide(f"{value} {text} {value[100:]}".encode())
        assert hidden == f"${{{name}}} {text} ${{{name}}}".encode()


NAMED = {"TOKEN": 257, "FORBIDDEN_TOKEN": 4099, "EXPIRED_TOKEN": 10007, "SECOND_TOKEN": 30011}
