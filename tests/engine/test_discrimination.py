"""What is not this API, or cannot be judged with these credentials, is not testable, each with its own reason."""

from __future__ import annotations

from itertools import count

import pytest
from impostor_server import JSON, impostor, page
from own_targets import MKP, OMNEO, local

from appointment_conformance.reference_apis import all_faults
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.target_run import run

pytestmark = pytest.mark.usefixtures("no_waits")

NOT_FOUND = page(404, b'{"detail":"Not Found"}', JSON)
UNAUTHENTICATED = page(401, b'{"message":"Unauthenticated."}', JSON)
FORBIDDEN = page(403, b'{"message":"Forbidden."}', JSON)
INDEX = page(200, b"<!doctype html><div id=app></div>")


def always(answer):
    """Answer everything alike."""
    return lambda _: answer


def by_method(get, otherwise):
    """Answer a GET with one thing and everything else with another."""
    return lambda asked: get if asked.method == "GET" else otherwise


def by_credentials(with_them, without):
    """Answer by whether there are credentials."""
    return lambda asked: with_them if asked.authorized else without


def in_turn(*answers):
    """Answer with one thing after another, over and over."""
    numbers = count()
    return lambda _: answers[next(numbers) % len(answers)]


def login(asked):
    """Send to a login page whoever is not logged in; tokens are not looked at."""
    return page(302, b"", Location="https://login.example.com/") if asked.path != "/login" else INDEX


IMPOSTORS = {
    "catch-all JSON": (always(page(200, b'{"status":"ok"}', JSON)), "answered 200"),
    "catch-all HTML": (always(page(200)), "answered 200 with text/html"),
    "catch-all without content": (always(page(204, b"")), "answered 204"),
    "index page": (by_method(INDEX, page(405)), "405"),
    "index page or 404": (by_method(INDEX, page(404)), "404"),
    "login redirect": (login, "redirected (302) to https://login.example.com/"),
    "login page": (always(page(200, b"<form>Password</form>")), "this is not the API"),
    "proxy 502": (always(page(502)), "answered 502 with text/html"),
    "proxy 504": (always(page(504)), "answered 504 with text/html"),
    "proxy 502 and 504": (in_turn(page(502), page(504)), "a proxy answers"),
    "503": (always(page(503, Retry_After="0")), "the target is not available"),
    "429": (always(page(429, b"{}", JSON, Retry_After="0")), "lower limits.requests_per_minute"),
    "429 and 503": (in_turn(page(503, Retry_After="0"), page(429, Retry_After="0")), "try again later"),
    "firewall": (always(page(403, b"<h1>Request blocked</h1>")), "answered 403 with text/html"),
    "firewall, reads pass": (by_method(page(200, b'{"data":{}}', JSON), page(403)), "firewall"),
    "wrong API": (always(NOT_FOUND), "answered 404"),
    "wrong API behind credentials": (by_credentials(NOT_FOUND, UNAUTHENTICATED), "404"),
    "wrong API with reads": (by_method(page(200, b'{"name":"x"}', JSON), NOT_FOUND), "404"),
    "methods of another API": (by_method(NOT_FOUND, page(405, b"{}", JSON)), "405"),
    "gateway that knows no route": (always(page(403, b'{"message":"Missing Authentication Token"}', JSON)), "403"),
    "token without rights": (by_credentials(FORBIDDEN, UNAUTHENTICATED), "403"),
    "token not accepted": (always(UNAUTHENTICATED), "check the token"),
    "bad request for everybody": (always(page(400, b"{}", JSON)), "answered 400"),
}


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
@pytest.mark.parametrize(("answer", "part"), IMPOSTORS.values(), ids=IMPOSTORS)
def test_an_impostor_is_not_testable(target, answer, part):
    """Nothing is judged, the reason says what was seen, and a handful of requests was enough."""
    with impostor(answer) as server:
        result, exchanges = run(local(target, server.port))
    assert (result.verdict, result.requirements) == ("not-testable", ())
    assert part in result.reason
    assert len(exchanges) <= 12


def test_a_token_that_may_only_read_is_not_testable():
    """Where reads are served and every cancel is refused for want of rights, the reason names the token."""
    answer = by_method(page(200, b'{"id":"apt_own0001","status":"scheduled"}', JSON), FORBIDDEN)
    with impostor(answer) as server:
        result, _ = run(local(MKP, server.port))
    assert (result.verdict, "the token lacks the rights" in result.reason) == ("not-testable", True)


@pytest.mark.parametrize(
    "fault",
    [
        "unknown-type-answers-404",
        "unknown-type-answers-500",
        "absent-answers-500",
        "broken-bodies-answer-400",
        "no-credentials-needed",
        "anonymous-is-sent-to-login",
        "invalid-utf-8",
        "cancel-absent-answers-500",
        "cancel-of-the-absent-answers-200",
        "cancel-invalid-utf-8",
    ],
)
def test_a_faulty_api_is_still_judged(fault):
    """An API that is wrong in just what the preflight looks at is not conformant, not untestable."""
    api = next(one.api for one in all_faults() if one.name == fault)
    with reference_target(next(name for name, one in built_in().items() if one == api), faults=[fault]) as target:
        result, _ = run(target)
    assert result.verdict == "not-conformant"
