"""A target gives its tokens away in odd codings, in spellings mixed and nested, and in pieces: no run writes them."""

from __future__ import annotations

import base64
import gzip
import html
import itertools
import json
import re
import zlib
from urllib.parse import quote, unquote

import pytest
from hostile_command import run_cli
from hostile_server import twisted

import processes
from appointment_conformance.reference.state import FORBIDDEN_TOKEN, FULL_TOKEN
from appointment_conformance.reference_apis import serve

pytestmark = pytest.mark.xdist_group("canary codings")

TOKENS = (FULL_TOKEN, FORBIDDEN_TOKEN)
#: The reference API says so of itself; it gives nothing away.
PUBLIC = "reference-"
#: Answers that are left as they are but for their headers: the run has to begin.
HARMLESS = 8
#: Bytes that are no text in any coding that is known here.
NOISE = bytes(range(128, 256)) * 2 + bytes(range(32))


def mixed(text, number):
    """Write each character in another way, in turn."""
    ways = ("{}", "%{:02x}", "\\u{:04X}", "&#{};", "&#x{:x};", "\\x{:02x}", "%25{:02X}", "&amp;#{};", "\\\\u{:04x}")
    return "".join(
        ways[(place + number) % len(ways)].format(char if (place + number) % len(ways) == 0 else ord(char))
        for place, char in enumerate(text)
    )


def bodies(token):
    """Every way to say a token, as (headers, body)."""
    said = json.dumps({"message": f"no such token {token}", "id": token})
    lines = base64.encodebytes(f"{'x' * 50}{token}{'y' * 50}".encode()).decode()
    return [
        ((), said.encode()),
        ((), gzip.compress(said.encode())),
        ((), gzip.compress(gzip.compress(said.encode()))),
        (((b"Content-Encoding", b"gzip"),), gzip.compress(said.encode())),
        (((b"Content-Encoding", b"gzip, gzip"),), gzip.compress(gzip.compress(said.encode()))),
        (((b"Content-Encoding", b"gzip"),), gzip.compress(gzip.compress(said.encode()))),
        ((), zlib.compress(said.encode())),
        ((), zlib.compress(said.encode(), wbits=-15)),
        (((b"Content-Encoding", b"br"),), NOISE),
        (((b"Content-Encoding", b"zstd"),), b"\x28\xb5\x2f\xfd" + NOISE),
        (((b"Content-Encoding", b"br"),), said.encode()),
        *(((), said.encode(name)) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")),
        ((), b'{"message": "+' + base64.b64encode(token.encode("utf-16-be")).rstrip(b"=") + b'-"}'),
        *(((), f'{{"message": "{mixed(token, number)}"}}'.encode()) for number in range(9)),
        ((), json.dumps({"message": html.escape(mixed(quote(json.dumps(said)), 1))}).encode()),
        ((), json.dumps({"message": lines}).encode()),
        ((), json.dumps({"message": ":".join(f"{byte:02X}" for byte in token.encode())}).encode()),
        ((), json.dumps({"message": f"token {token[:12]}... is unknown"}).encode()),
        ((), json.dumps({"message": f"token ...{token[-9:]} is unknown"}).encode()),
        ((), json.dumps({"startsAt": "x" * 390 + token, "status": "y" * 33 + token}).encode()),
        ((), json.dumps({"message": ["z" * 100 + token] * 40}).encode()),
    ]


def leaking():
    """Return a twist that answers with the right status and in each of these ways in turn."""
    ways = itertools.cycle(way for pair in zip(*map(bodies, TOKENS), strict=True) for way in pair)

    answered = itertools.count()

    def twist(_, body):
        headers, said = next(ways) if next(answered) >= HARMLESS else ((), body)
        token = TOKENS[0]
        more = [
            (b"Content-Type", b"application/json"),
            (b"X-Shortened", f"{token[:10]}...".encode()),
            (b"X-Mixed", mixed(token, 3).encode()),
            (b"Location", f"https://example.com/?t={quote(mixed(token, 2))}".encode()),
        ]
        return mixed(token, 4).encode(), [*headers, *more], said if body else b""

    return twist


TARGETS = """
targets:
  canary:
    api: mijnklantportaal
    base_url: http://127.0.0.1:{port}/v1
    token: ${{CANARY}}
    forbidden_token: ${{CAGED}}
    fixtures: {{appointments: [{appointments}]}}
"""


@pytest.fixture(scope="module", params=["command", "pytest"])
def written(request, tmp_path_factory):
    """All that a run, by the command or by plain pytest at its most talkative, writes to files and to the console."""
    directory = tmp_path_factory.mktemp("canary")
    with serve("mijnklantportaal") as reference, twisted(reference, leaking()) as server:
        text = TARGETS.format(port=server.port, appointments=", ".join(reference.appointments))
        (directory / "targets.yaml").write_text(text)
        variables = dict(zip(("CANARY", "CAGED"), TOKENS, strict=True))
        started = (
            run_cli(directory, "run", "--targets", "targets.yaml", **variables)
            if request.param == "command"
            else by_pytest(directory, variables)
        )
    files = {path.name: path.read_text() for path in directory.rglob("*") if path.is_file() and path.suffix != ".yaml"}
    return {**files, "console": "".join(started[1:])}


def by_pytest(directory, variables):
    """Run the suite under plain pytest with all that it can tell."""
    loud = ("-vv", "-l", "-ra", "--log-cli-level=DEBUG", "--junitxml=own.xml", "-p", "no:cacheprovider")
    suite = ("--pyargs", "appointment_conformance.suite", "--target", "canary", "--targets", "targets.yaml")
    done = processes.finished(processes.started(directory, "pytest", *loud, *suite, environ=variables))
    return done.returncode, done.stdout, done.stderr


def readings(text):
    """Yield a text unchanged, and decoded in every possible way."""
    for _ in range(6):
        yield text
        text = re.sub(r"\\+[ux]([0-9a-fA-F]{4}|[0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), text)
        text = html.unescape(unquote(text))
    packed = re.sub(r"[\s\0:\\]|\\n", "", text)
    yield packed
    for run in re.findall(r"[A-Za-z0-9+/]{12,}", packed):
        for offset in range(4):
            data = base64.b64decode(run[offset : offset + (len(run) - offset) // 4 * 4])
            yield data.replace(b"\0", b"").decode("latin-1")
            if data[:2] == b"\x1f\x8b":
                yield zlib.decompressobj(31).decompress(data).decode("latin-1")
    yield bytes.fromhex("".join(re.findall(r"(?:[0-9a-fA-F]{2}){8,}", packed))).decode("latin-1")


def test_the_canary_sang(written):
    """The run met the leaking answers, and its records show placeholders, and notes for what is left out."""
    assert "${TOKEN}" in written["exchanges.har"]
    assert "left out: it contains a secret, encoded as gzip" in written["exchanges.har"]
    assert "left out: coding br cannot be searched for secrets" in written["exchanges.har"]


def test_no_piece_of_a_token_is_written(written):
    """Eight characters of a token in a row are nowhere, however a reader undoes what is written."""
    pieces = {token[place : place + 8].lower() for token in TOKENS for place in range(len(token) - 7)}
    pieces = {piece for piece in pieces if piece not in PUBLIC}
    for name, text in written.items():
        for reading in readings(text):
            shown = reading.lower()
            assert not [piece for piece in pieces if piece in shown], name


def test_the_reports_are_still_whole(written):
    """What was taken out has left valid documents behind."""
    assert json.loads(written["result.json"])["target"] == "canary"
    assert json.loads(written["exchanges.har"])["log"]["entries"]
