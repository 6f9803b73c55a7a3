"""Secrets that a target gives back in every place and form are in nothing that a run writes."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hostile_command import run_cli
from hostile_server import twisted

from appointment_conformance.reference_apis import serve

pytestmark = pytest.mark.xdist_group("canary")

#: How a token can be written, and read again by who finds it.
FORMS = {
    "raw": str,
    "URL-encoded": lambda token: quote(token, safe=""),
    "every character URL-encoded": lambda token: "".join(f"%{ord(char):02X}" for char in token),
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "base64 of a header": lambda token: base64.b64encode(f"Bearer {token}".encode()).decode(),
    "JSON": lambda token: json.dumps(token)[1:-1],
    "JSON as PHP writes it": lambda token: json.dumps(token)[1:-1].replace("/", "\\/"),
    "every character JSON-escaped": lambda token: "".join(f"\\u{ord(char):04x}" for char in token),
    "HTML": html.escape,
    "other case": lambda token: token.swapcase(),
}


def leaking(tokens):
    """Return a twist that answers as the API does and gives every token away, in all places and forms."""
    written = [form(token) for token in tokens for form in FORMS.values()]
    told = " ".join(written)

    def twist(_, body):
        fields = [
            (b"Content-Type", b"application/json"),
            (b"Set-Cookie", f"session={told}".encode()),
            (b"Location", f"https://example.com/?token={quote(told)}&again={tokens[0]}".encode()),
            (b"X-Token", told.encode()),
            (f"X-{tokens[0]}".encode(), b"1"),
        ]
        # The escapes of JSON are undone when the content is read, and the token may be shown as what was seen.
        members = b", ".join(b'"%b": "%b"' % (name, told.encode()) for name in (b"id", b"message", b"startsAt"))
        return told.encode(), fields, b"{%b}" % members if body else b""

    return twist


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Everything that a run against a leaking target writes, and the tokens that it was given."""
    directory = tmp_path_factory.mktemp("canary")
    with serve("mijnklantportaal") as reference:
        tokens = [reference.token, reference.forbidden_token, reference.expired_token, reference.second_token]
        with twisted(reference, leaking(tokens)) as server:
            (directory / "targets.yaml").write_text(
                "targets:\n  canary:\n    api: mijnklantportaal\n"
                f"    base_url: http://127.0.0.1:{server.port}/v1\n"
                "    token: ${CANARY}\n    forbidden_token: ${CAGED:?}\n"
                "    expired_token: ${ENDED}\n    second_token: ${NAMED}\n"
                f"    fixtures: {{appointments: [{', '.join(reference.appointments)}]}}\n"
            )
            variables = dict(zip(("CANARY", "CAGED", "ENDED", "NAMED"), tokens, strict=True))
            _, stdout, stderr = run_cli(directory, "run", "--targets", "targets.yaml", **variables)
    files = {path.name: path.read_text() for path in (directory / "conformance-reports" / "canary").iterdir()}
    return {**files, "stdout": stdout, "stderr": stderr}, tokens


def test_the_canary_was_let_out(written):
    """The run judged the leaking target, and its reports show placeholders where the tokens stood."""
    files, _ = written
    assert json.loads(files["result.json"])["verdict"] == "not-conformant"
    assert {"result.json", "junit.xml", "report.html", "summary.md", "exchanges.har"} <= set(files)
    assert all("{TOKEN}" in files[name] for name in ("result.json", "junit.xml", "report.html", "exchanges.har"))
    assert all(f"{{{name}_TOKEN}}" in files["exchanges.har"] for name in ("FORBIDDEN", "EXPIRED", "SECOND"))


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_token_is_written(written, form):
    """No report and no line of the console holds a token in this form, nor in it as a report escapes it."""
    files, tokens = written
    for token in tokens:
        plain = FORMS[form](token)
        for shown in {plain, html.escape(plain), json.dumps(plain)[1:-1], plain.lower(), plain.upper()}:
            found = [name for name, text in files.items() if shown in text]
            assert not found, found
