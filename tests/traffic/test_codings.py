"""Encoded content is searched for secrets; content that cannot be searched is left out, with a note that says why."""

from __future__ import annotations

import gzip
import json
import os
import zlib

import pytest
from own_targets import MKP, local, policy_of
from scripted_server import message, scripted

from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.codings import redacted
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.response_limits import READ_CAP
from appointment_conformance.traffic.secrets import Secrets
from appointment_reports import write_har

TOKEN = "Kq7vXw2ZtR9bLmYc4Hs8NdPf3GjT6eVa"
SECRETS = Secrets.of({"TOKEN": TOKEN})
SAID = json.dumps({"message": f"no such token: {TOKEN}"}).encode()
HARMLESS = json.dumps({"message": "no such token"}).encode() * 9
PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate without a head": lambda said: zlib.compress(said, wbits=-15),
    "gzip twice": lambda said: gzip.compress(gzip.compress(said)),
}
NOISE = bytes(range(128, 256)) * 2 + bytes(range(32))


@pytest.mark.parametrize("name", PACKED)
def test_packed_content_with_a_secret_is_left_out(name):
    """Encoded content is recognised without a header; the note names the coding and the length."""
    packed = PACKED[name](SAID)
    kept = redacted(packed, SECRETS)
    assert kept.left_out.startswith("left out: it contains a secret, encoded as ")
    assert kept.left_out.endswith(f", {len(packed)} bytes")
    assert kept.content == f"[{kept.left_out}]".encode()


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_piece_is_left_out(name):
    """Content that is too short to be recognised as encoded is decoded too."""
    for start in range(len(TOKEN) - 8):
        packed = PACKED[name](TOKEN[start : start + 8].encode())
        assert SECRETS.found_in(redacted(packed, SECRETS).content) is False
        assert redacted(packed, SECRETS).left_out


@pytest.mark.parametrize("name", PACKED)
def test_packed_content_without_a_secret_stays(name):
    """Content without a secret does not change by a byte."""
    packed = PACKED[name](HARMLESS)
    assert redacted(packed, SECRETS) == (packed, "")


#: What cannot be searched: content, the coding that its header names, why it is left out.
UNSEARCHED = {
    "brotli": (NOISE, "br", "coding br"),
    "zstandard": (b"\x28\xb5\x2f\xfd" + NOISE, "zstd", "coding zstd"),
    "noise": (NOISE, "", "content that is not text"),
    "a header that steers a terminal": (NOISE, "x\x1b[31m", "content that is not text"),
    "a bomb": (gzip.compress(bytes(READ_CAP + 1)), "", "content that is not text"),
    "cut short": (gzip.compress(SAID)[:-9], "", "content that is not text"),
}


@pytest.mark.parametrize("name", UNSEARCHED)
def test_what_cannot_be_searched_is_left_out(name):
    """An unknown coding, one that does not end, and a decompression bomb are left out, and the note is plain text."""
    content, coding, reason = UNSEARCHED[name]
    expected = f"left out: {reason} cannot be searched for secrets, {len(content)} bytes"
    assert redacted(content, SECRETS, coding).left_out == expected


@pytest.mark.parametrize(
    "content",
    [
        HARMLESS,
        b"",
        b"null",
        '{"message":"Ungültig"}'.encode("latin-1"),
        '{"message":"Неверно"}'.encode("cp1251"),
        '{"message":"無効"}'.encode(),
        '{"message":"無効"}'.encode("utf-16"),
        b"\x1b[31mred\x00",
    ],
)
@pytest.mark.parametrize("coding", ["", "br", "identity"])
def test_text_stays_whatever_its_header_says(content, coding):
    """Text is searched unchanged, in any encoding."""
    assert redacted(content, SECRETS, coding) == (content, "")


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7"])
def test_no_encoding_of_unicode_hides_a_secret(name):
    """The recorded content does not contain a token, in any encoding."""
    content, _ = redacted(SAID.decode().encode(name), SECRETS)
    assert TOKEN not in content.replace(b"\0", b"").decode("latin-1")


def test_the_note_is_in_the_har(tmp_path):
    """The entry of an answer that is left out has a comment instead of content, and its status and headers."""
    packed = gzip.compress(SAID)
    with scripted(message(200, packed, [("Content-Type", "application/json")])) as server:
        target = local(MKP, server.port, token=TOKEN)
        client = Client(target, policy=policy_of(target), run_id="run-1", recording=Recording())
        seen = client.send(Probe("cancel/first", "cancel", "valid", "DELETE", "/appointments/apt_own0001"), "one")
        client.close()
    write_har([seen.exchange], tmp_path / "one.har")
    response = json.loads((tmp_path / "one.har").read_text())["log"]["entries"][0]["response"]
    assert response["status"] == 200
    assert response["content"]["text"] == ""
    assert response["content"]["comment"].startswith("left out: it contains a secret, encoded as gzip, ")


def test_what_is_packed_too_often_is_left_out():
    """However many codings are nested, no content is recorded that was not searched."""
    packed = SAID
    for _ in range(12):
        packed = gzip.compress(packed)
        assert redacted(packed, SECRETS).left_out


def test_no_library_is_needed(monkeypatch):
    """If no library for brotli is installed, nothing fails."""
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    monkeypatch.setitem(__import__("sys").modules, "brotlicffi", None)
    assert redacted(os.urandom(1024), SECRETS, "br").left_out
