"""Intermediaries that let the first requests of a run through, and then answer in the API's place."""

from __future__ import annotations

import re

import pytest
from haproxy_front import haproxy
from judged_front import accused, judged, passed

#: How many requests of a run against each api pass: some tens of requirements are judged by then.
PASSED = {"omneo": 60, "mijnklantportaal": 12}
#: How many requests may be refused: the first, controls, and each of them again after a wait.
MOST_REFUSED = 30
#: What HAProxy then does with every request.
REFUSALS = {
    "a token that has run out": (
        'return status 401 content-type application/json lf-string {\\"message\\":\\"Unauthenticated.\\"} '
        'hdr WWW-Authenticate "Bearer error=\\"invalid_token\\""'
    ),
    "a session that has ended": "redirect location https://login.example.com/sign-in code 302",
    "a firewall": "deny deny_status 403",
    "a gateway that lost the API": "deny deny_status 502",
}


def from_request(number, action, *, until=""):
    """Return the setup of a HAProxy that does `action` from the request of a number on, to that of another."""
    return lambda api: haproxy(
        api,
        "stick-table type ip size 1k expire 5m store http_req_cnt",
        "http-request track-sc0 src",
        f"http-request {action} if {{ sc_http_req_cnt(0) {number}:{until} }}",
    )


@pytest.mark.parametrize("api", PASSED)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_refusals_from_some_request_on_end_the_run(refusal, api):
    """What was judged before stands, nothing is accused, and the run stops soon and says since when."""
    result = judged(api, from_request(PASSED[api] + 1, REFUSALS[refusal]))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    told = re.search(r"refused since request (\d+) \((401|302|403|502)", result.reason)
    assert told, result.reason
    assert int(told[1]) > PASSED[api]
    assert result.requests - int(told[1]) <= MOST_REFUSED
    assert passed(result)


@pytest.mark.parametrize("api", PASSED)
@pytest.mark.parametrize("pages", [1, 3])
def test_a_few_pages_of_a_gateway_change_no_verdict(pages, api):
    """What a gateway answered with a 502, one to three times, is asked again."""
    first = PASSED[api] + 1
    result = judged(api, from_request(first, "deny deny_status 502", until=first + pages - 1))
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason
