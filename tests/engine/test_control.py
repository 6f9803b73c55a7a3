"""Only the API is judged: what something in front of it answers in the middle of a run accuses nobody."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from itertools import count
from urllib.parse import urlsplit

import pytest
from impostor_server import JSON, cut, impostor, page, passed_on

from appointment_conformance.api import load_apis
from appointment_conformance.engine import control
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.target_run import conductor_of, run
from appointment_conformance.targets import Limits

TARGETS = sorted(built_in())
MKP = "reference-mijnklantportaal"
#: Somewhere in the middle of a run.
MIDDLE = {"reference-omneo": 60, "reference-mijnklantportaal": 14}
#: What is sent at most once the door is closed: the control, some times.
MOST_AFTERWARDS = 12
#: What is left open at most where the API was out of reach for a moment: a scenario that is played again may find
#: links or reads in another state than the first time.
MOST_LEFT_OPEN = 1
REFUSALS = {
    "expired token": page(401, b'{"message":"Unauthenticated."}', JSON),
    "firewall": page(403, b"<h1>Blocked</h1>"),
    "login": page(302, b"", Location="https://login.example.com/"),
    "login page": page(200, b"<title>Sign in</title><form>Password</form>"),
    "gateway": page(502, b"<h1>Bad Gateway</h1>"),
    "gateway of another kind": page(522, b"<h1>Timed out</h1>"),
    "proxy": page(407, b""),
    "closed connection": None,
    "cut answers": cut(page(200, b'{"message":"All is well."}', JSON)),
    "server error": page(500, b"<h1>Internal Server Error</h1>"),
    "empty answers": page(200, b""),
}
#: What comes once and goes; each of them is asked again, wherever it comes.
DISTURBANCES = {
    "cut answer": cut(page(200, b'{"message":"All is well."}', JSON)),
    "proxy": page(407, b""),
    "login page": REFUSALS["login page"],
}


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch):
    """Let the control be sent again at once."""
    monkeypatch.setattr(control, "WAITS", (0.0,) * len(control.WAITS))
    monkeypatch.setattr(control, "PAUSE_SECONDS", 0.0)


def judged(name, answer, *, variants=(), **changes):
    """Judge a built-in target behind a front; `answer(asked, number, target)` returns ... to let a request pass."""
    numbers = count(1)

    def answering(asked):
        told = answer(asked, next(numbers), target)
        return passed_on(asked, target.base_url) if told is ... else told

    with reference_target(name, variants=variants) as target, impostor(answering) as server:
        path = urlsplit(target.base_url).path
        result, exchanges = run(replace(target, base_url=f"http://127.0.0.1:{server.port}{path}", **changes))
    return result, exchanges


def accused(result):
    """Return the MUST requirements that failed or ended in an error."""
    return [one.id for one in result.requirements if one.verdict in {"failed", "error"} and one.level == "MUST"]


def left_open(result):
    """Return how many MUST requirements could not be judged although they apply."""
    return sum(one.verdict == "untested" and one.applicable for one in result.requirements if one.level == "MUST")


def verdicts(result, operation):
    """Return the verdict of each requirement on one operation."""
    return {one.id: one.verdict for one in result.requirements if one.operation == operation}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_door_that_closes_ends_the_run(name, refusal):
    """The run ends soon, says since when, by what and why, and judges what came before."""
    first = MIDDLE[name]
    result, exchanges = judged(name, lambda _, number, __: REFUSALS[refusal] if number >= first else ...)
    assert (result.verdict, accused(result)) == ("not-verified", [])
    told = re.match(r"refused since request (\d+) \(", result.reason)
    assert told is not None or result.reason.startswith("the target stopped answering")
    assert told is None or first <= int(told[1]) < first + MOST_AFTERWARDS
    assert len(exchanges) <= first + 2 * MOST_AFTERWARDS
    assert "passed" in {one.verdict for one in result.requirements}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("first", range(2, 60, 7))
@pytest.mark.parametrize("pages", [1, 3])
def test_a_disturbance_is_asked_again_and_noted(name, first, pages):
    """Wherever one to three pages of a gateway come, the API is judged as without them, and the report tells."""
    disturbance = page(502, b"<h1>Bad Gateway</h1>", Server="gateway")
    result, exchanges = judged(name, lambda _, number, __: disturbance if first <= number < first + pages else ...)
    assert (result.verdict, accused(result)) == ("conformant", [])
    if any(one.response and one.response.status == 502 and one.scenario != "absence" for one in exchanges):
        told = {one.id: one.answer for one in result.observations}
        assert "502 text/html, server: gateway" in told["RUN-OBS-01"]


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("first", [2, 3, 9, 17, 36, 41, 46])
@pytest.mark.parametrize("disturbance", DISTURBANCES)
def test_one_answer_that_is_not_the_api_s_accuses_nobody(name, first, disturbance):
    """An answer that broke off, or is a proxy's or a login page, is asked for again."""
    result, _ = judged(name, lambda _, number, __: DISTURBANCES[disturbance] if number == first else ...)
    assert (accused(result), left_open(result) <= MOST_LEFT_OPEN) == ([], True)


@pytest.mark.parametrize(
    ("name", "variants"),
    [*((name, []) for name in TARGETS), (MKP, ["no-reads"]), (MKP, ["reads-not-allowed"])],
    ids=str,
)
@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_before_a_control_is_known_is_asked_again(name, status, variants):
    """The first answer to a valid request is held against nobody until something was answered."""
    refused = page(status, b'{"message":"No."}', JSON)
    result, _ = judged(name, lambda _, number, __: refused if number == 2 else ..., variants=variants)
    assert (result.verdict, accused(result)) == ("conformant", [])


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("first", [8, 14, 20, 26])
def test_what_was_refused_for_a_while_is_sent_again(name, first):
    """Evidence that is void, of whichever scenario, is made anew once the API answers again."""
    refused = page(401, b'{"message":"Unauthenticated."}', JSON)
    result, _ = judged(name, lambda _, number, __: refused if first <= number < first + 4 else ...)
    assert (accused(result), left_open(result) <= MOST_LEFT_OPEN) == ([], True)


@pytest.mark.parametrize(
    "answer", [page(204), page(500), cut(page(200, b'{"status": 1}', JSON))], ids=["204", "500", "cut"]
)
def test_a_first_read_that_is_not_served_is_no_defect_of_ours(answer):
    """Where the first read of the other appointment shows nothing, nothing is compared with it."""
    result, _ = judged(MKP, lambda _, number, __: answer if number == 4 else ...)
    assert result.verdict != "error"


@pytest.mark.parametrize("name", TARGETS)
def test_a_guard_that_counts_errors_ends_the_run(name):
    """A guard that lets nobody through after fifteen refusals is told, and the API is not blamed."""
    errors = []

    def guard(asked, _, target):
        if len(errors) > 15:
            return page(403, b"<title>Too many errors</title>")
        told = passed_on(asked, target.base_url)
        errors.extend([1] if told[0] >= 400 else [])
        return told

    result, _ = judged(name, guard)
    assert (result.verdict, accused(result)) == ("not-verified", [])
    assert re.match(r'refused since request \d+ \(403 text/html, "Too many errors"\)', result.reason)


@pytest.mark.parametrize("name", TARGETS)
def test_refusals_that_came_from_a_closed_door_are_no_evidence(name):
    """What looks like a right refusal, but came when everything was refused, shows nothing."""
    seen = []

    def closed_from_the_first_truncated_token(asked, _, target):
        seen.extend([1] if asked.headers.get("authorization") == f"Bearer {target.token[:-1]}" else [])
        return page(401, b'{"message":"Unauthenticated."}', JSON) if seen else ...

    result, _ = judged(name, closed_from_the_first_truncated_token)
    assert (result.verdict, accused(result)) == ("not-verified", [])
    truncated = [one for one in result.requirements if one.id in {"OMN-AUTH-06", "MKP-AUTH-06"}]
    assert {one.verdict for one in truncated} == {"untested"}


def test_a_door_that_closes_at_the_end_is_seen():
    """The last refusals of a run are evidence only where the API still answers after them."""
    put = []

    def closed_from_the_first_put(asked):
        put.extend([1] if asked.method == "PUT" else [])
        return page(403, b'{"message":"No."}', JSON) if put else passed_on(asked, target.base_url)

    asked = next(one for one in load_apis()["mijnklantportaal"].catalogue if one.id == "MKP-METHOD-01")
    with reference_target("reference-mijnklantportaal") as target, impostor(closed_from_the_first_put) as server:
        alone = replace(asked, scenarios=("methods",))
        conductor = conductor_of(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
        conductor.play([(alone, "cancel")])
        result = conductor.evaluate(alone, "cancel")
        conductor.close()
    assert result.verdict == "untested"
    assert "refused since request" in result.reason


def test_a_firewalls_page_for_some_probes_is_told_apart():
    """What a firewall answers in another form than the API is untested, with the exchange; all else is judged."""
    blocked = page(403, b"<html>Request blocked</html>", Server="waf")
    result, _ = judged("reference-omneo", lambda asked, *_: blocked if b"\\u0000" in asked.body else ...)
    assert (result.verdict, accused(result)) == ("not-verified", [])
    (one,) = [one for one in result.requirements if (one.id, one.operation) == ("OMN-ID-03", "link")]
    assert (one.verdict, one.blocked) == ("untested", True)
    assert one.reason.startswith("blocked in front of the API: 1 of ")
    assert "403 text/html, server: waf" in one.reason
    assert one.failure.exchange.response.status == 403
    assert {one.id for one in result.requirements if one.blocked} == {"OMN-ID-03", "OMN-ID-04"}
    assert verdicts(result, "link")["OMN-TYPE-01"] == "passed"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (page(413, b"<h1>Too large</h1>"), "untested"),
        (page(406, b"<h1>Not acceptable</h1>"), "untested"),
        (page(200, b"<html>The request was rejected. Incident 17</html>"), "untested"),
        (page(302, b"", Location="https://blocked.example.com/"), "untested"),
        (page(500, b"<h1>Internal Server Error</h1>"), "failed"),
        (page(404, b"<h1>Not Found</h1>"), "failed"),
        (page(403, b'{"message":"No."}', JSON), "failed"),
        (page(400, b'{"message":"No."}', JSON), "failed"),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else value,
)
def test_what_is_in_front_is_told_by_status_and_form(answer, verdict):
    """A page that no document describes is not the API's; a server error, a described status and JSON are."""
    result, _ = judged("reference-omneo", lambda asked, *_: answer if b"\\u0000" in asked.body else ...)
    assert verdicts(result, "link")["OMN-ID-03"] == verdict


@pytest.mark.parametrize(("operation", "other"), [("unlink", "link"), ("link", "unlink")])
def test_an_operation_that_never_answers_is_accused(operation, other):
    """An operation that answers nothing while others do is told so, soon; the other one is judged all the same."""
    never = threading.Event()

    def hanging(asked, *_):
        if asked.path.endswith(f"/{operation}") and asked.headers.get("authorization"):
            never.wait(0.6)
            return None
        return ...

    result, exchanges = judged("reference-omneo", hanging, limits=Limits(timeout_seconds=0.25))
    if result.verdict == "not-testable":
        pytest.fail(result.reason)
    (one,) = [one for one in result.requirements if (one.id, one.operation) == ("OMN-OK-01", operation)]
    assert one.verdict == "failed"
    assert re.search(r"\d of \d times, while other requests are answered", one.failure.actual)
    assert verdicts(result, other)["OMN-TYPE-01"] == "passed"
    assert sum(1 for exchange in exchanges if exchange.response is None) < 25


@pytest.mark.parametrize("name", TARGETS)
def test_a_token_without_the_rights_is_not_testable(name):
    """A valid token that may not write is no reason to accuse the API: the reason names the rights."""
    with reference_target(name) as target:
        result, exchanges = run(replace(target, token=target.forbidden_token, forbidden_token=None))
    assert result.verdict == "not-testable"
    assert "the token lacks the rights" in result.reason
    assert len(exchanges) <= 20
