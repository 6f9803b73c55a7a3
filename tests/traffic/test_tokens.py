"""Tokens that a run obtains: from a token endpoint or a command, renewed before they end, and secret from then on."""

from __future__ import annotations

import base64
import sys
from dataclasses import replace

import pytest
from impostor_server import JSON, impostor, page
from token_gate import token_gate, with_end, without_end

from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.errors import NotTestable, RequestRefused
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of
from appointment_conformance.targets.extra_header import ExtraHeader
from appointment_conformance.targets.token_source import OAuth2, TokenCommand
from appointment_conformance.traffic.token_request import TokenGuard, request_token
from appointment_reports import write_artefacts

SECRET = "Zp4mNc8QwB6xTr2y"
GRANTS = {
    "client_credentials": {},
    "password": {"username": "somebody@example.com", "password": f"{SECRET} with spaces&="},
    "refresh_token": {"refresh_token": SECRET},
}
FETCH = """
import json, sys, urllib.request
print(json.load(urllib.request.urlopen(sys.argv[1], b""))["access_token"])
"""


def endpoint(gate, grant="client_credentials", **changes):
    """Return the source that asks a gate for a token."""
    known = {"client_id": "suite", "client_secret": f"{SECRET}-client", **GRANTS[grant], **changes}
    return OAuth2("oauth2", f"{gate.origin}/token", grant=grant, **known)


def judged(target, gate, source, tmp_path, **changes):
    """Run a reference target through a gate with a token of `source`; return the result."""
    behind = replace(target, base_url=gate.base_url, token="", token_sources={"token": source}, **changes)
    result = conductor_of(behind, RunOptions(journals=tmp_path)).run()
    write_artefacts(result, result.exchanges, tmp_path / "reports")
    for file in (tmp_path / "reports").iterdir():
        data = file.read_bytes()
        assert not [token for token in (*gate.issued, SECRET) if token.encode() in data], file.name
    return result


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
@pytest.mark.parametrize("answer", [with_end, without_end], ids=["its end is told", "its end is not told"])
def test_a_token_that_lives_one_second_is_renewed(api, answer, tmp_path):
    """A run that lasts longer than its token obtains others, and judges the API as it is."""
    with reference_target(f"reference-{api}") as target, token_gate(target, life=1.0, answer=answer) as gate:
        result = judged(target, gate, endpoint(gate), tmp_path)
        assert result.verdict == "conformant", result.reason
        assert len(gate.issued) > 1


def test_a_command_gives_tokens_as_an_endpoint_does(tmp_path):
    """The command is run again when its token is refused."""
    with reference_target("reference-mijnklantportaal") as target, token_gate(target, life=1.0) as gate:
        source = TokenCommand("token_command", (sys.executable, "-c", FETCH, f"{gate.origin}/token"))
        result = judged(target, gate, source, tmp_path)
        assert result.verdict == "conformant", result.reason
        assert len(gate.issued) > 1


@pytest.mark.parametrize("grant", GRANTS)
def test_each_grant_sends_what_the_rfc_says(grant, tmp_path):
    """The body has the grant and its values, and the header the client's credentials (RFC 6749, sections 4 and 6)."""
    with reference_target("reference-mijnklantportaal") as target, token_gate(target) as gate:
        judged(target, gate, endpoint(gate, grant, scope="a b"), tmp_path)
        assert gate.forms[0] == {"grant_type": grant, "scope": "a b", **GRANTS[grant]}
        pair = base64.b64decode(gate.heads[0]["authorization"].removeprefix("Basic ")).decode()
        assert pair == f"suite:{SECRET}-client"


def test_the_client_may_be_named_in_the_body(tmp_path):
    """With client_authentication: body nothing is sent in the header."""
    with reference_target("reference-mijnklantportaal") as target, token_gate(target) as gate:
        judged(target, gate, endpoint(gate, client_authentication="body"), tmp_path)
        assert gate.forms[0]["client_secret"] == f"{SECRET}-client"
        assert gate.forms[0]["client_id"] == "suite"
        assert "authorization" not in gate.heads[0]


def test_a_refresh_token_that_is_exchanged_is_used_next(tmp_path):
    """Where each refresh token is accepted once, the next request has the one that came with the last token."""

    def rotating(gate):
        status, document = with_end(gate)
        return status, {**document, "refresh_token": f"{SECRET}-{len(gate.issued)}"}

    with reference_target("reference-omneo") as target, token_gate(target, life=1.0, answer=rotating) as gate:
        result = judged(target, gate, endpoint(gate, "refresh_token"), tmp_path)
        assert result.verdict == "conformant", result.reason
        sent = [form["refresh_token"] for form in gate.forms]
        assert sent == [SECRET, *(f"{SECRET}-{number}" for number in range(1, len(sent)))]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, {"error": "invalid_client", "error_description": f"{SECRET}-client is wrong"}), "invalid_client"),
        ((200, {"token": "abc"}), "gives no token"),
        ((200, ["abc"]), "gives no token"),
        ((200, {"access_token": "abcdefgh", "token_type": "mac"}), "of the type mac"),
        ((200, {"access_token": "two words"}), "white space"),
        ((302, {}), "status 302"),
    ],
)
def test_an_endpoint_that_gives_no_token_is_told_with_its_key(answer, words, tmp_path):
    """Nothing is sent to the target; the reason names the key and what the endpoint says, and no secret."""
    with (
        reference_target("reference-mijnklantportaal") as target,
        token_gate(target, answer=lambda _: answer) as gate,
    ):
        result = judged(target, gate, endpoint(gate), tmp_path)
        assert result.verdict == "not-testable"
        assert result.requests == 0
        assert words in result.reason
        assert result.reason.startswith("oauth2: ")
        assert SECRET not in result.reason


def test_the_other_tokens_come_from_sources_as_well(tmp_path):
    """A forbidden, a second and an expired token that commands print are judged as those in the file are."""

    def printing(key, token):
        return TokenCommand(f"{key}.command", (sys.executable, "-c", f"print({token!r})"))

    with reference_target("reference-mijnklantportaal") as target:
        keys = ("token", "forbidden_token", "second_token", "expired_token")
        sources = {key: printing(key, getattr(target, key)) for key in keys}
        bare = replace(
            target, token="", forbidden_token=None, second_token=None, expired_token=None, token_sources=sources
        )
        result = conductor_of(bare, RunOptions(journals=tmp_path)).run()
    assert result.verdict == "conformant", result.reason
    assert not [one.id for one in result.requirements if one.verdict == "untested"]


def test_two_keys_with_one_token_are_refused(tmp_path):
    """What a targets file may not hold a source may not give: the run ends with an error of the configuration."""
    with reference_target("reference-mijnklantportaal") as target:
        source = TokenCommand("forbidden_token.command", (sys.executable, "-c", f"print({target.token!r})"))
        twice = replace(target, forbidden_token=None, token_sources={"forbidden_token": source})
        result = conductor_of(twice, RunOptions(journals=tmp_path)).run()
    assert result.verdict == "error"
    assert "forbidden_token is token" in result.reason


def test_headers_of_a_gate_go_to_the_endpoint_of_the_same_host_alone(tmp_path):
    """A token endpoint at another host does not learn the key of the gate."""
    headers = (ExtraHeader("X-Api-Key", f"{SECRET}-key"),)
    with reference_target("reference-mijnklantportaal") as target, token_gate(target) as gate:
        judged(target, gate, endpoint(gate), tmp_path, headers=headers)
        assert gate.heads[-1]["x-api-key"] == f"{SECRET}-key"
        with token_gate(target) as elsewhere:
            elsewhere.issued = gate.issued
            judged(target, gate, endpoint(elsewhere), tmp_path, headers=headers)
            assert "x-api-key" not in elsewhere.heads[-1]


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://id.example.com/token"),
        ("POST", "https://id.example.com/tokens"),
        ("POST", "https://id.example/"),
    ],
)
def test_the_guard_lets_out_one_request_to_the_endpoint(method, url):
    """Another method or another URL is refused."""
    guard = TokenGuard("https://id.example.com/token")
    guard.check("POST", "https://id.example.com/token", b"")
    with pytest.raises(RequestRefused):
        guard.check(method, url, b"")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page(200, b"<h1>Log in</h1>"), "status 200 with text/html"),
        (page(200, b"no gzip", JSON, Content_Encoding="gzip"), "status 200 with application/json: "),
        (page(200, b'{"access_token":"%s","token_type":"%s"}' % ((SECRET.encode(),) * 2), JSON), "of another type"),
    ],
    ids=["a page", "an answer that cannot be decoded", "a type that is the token"],
)
def test_an_answer_that_is_no_token_is_described_without_a_secret(answer, told):
    """The sentence says what came, and shows neither the query of the endpoint nor a token that came by mistake."""
    with reference_target("reference-mijnklantportaal") as target, impostor(lambda _: answer) as server:
        url = f"http://127.0.0.1:{server.port}/token?code={SECRET}"
        with pytest.raises(NotTestable) as caught:
            request_token(OAuth2("oauth2", url, "suite", "client_credentials"), target, {})
    assert told in str(caught.value), str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_query_of_an_endpoint_is_not_shown():
    """Some endpoints want a key in the query of their URL (RFC 6749, section 3.2, lets it stay)."""
    source = OAuth2("oauth2", f"https://id.example.com/token?code={SECRET}", "suite", "client_credentials")
    assert (str(source), SECRET in repr(source)) == ("https://id.example.com/token", False)


def test_a_type_that_is_null_says_nothing():
    """A token without a type is taken for a bearer token, and so is one with null."""
    answer = page(200, b'{"access_token":"%s","token_type":null}' % SECRET.encode(), JSON)
    with reference_target("reference-mijnklantportaal") as target, impostor(lambda _: answer) as server:
        source = OAuth2("oauth2", f"http://127.0.0.1:{server.port}/token", "suite", "client_credentials")
        assert request_token(source, target, {}).value == SECRET
