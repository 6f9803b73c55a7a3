"""Intermediaries that answer some requests of a run in the API's place: nothing of that is held against the API."""

from __future__ import annotations

import re

import pytest
from apache_front import apache_with_core_rules
from haproxy_front import haproxy
from judged_front import APIS, accused, blocked, fulfilled, judged, passed
from nginx_front import nginx, proxied

#: How many requests may be refused: the first, controls, and each of them again after a wait.
MOST_REFUSED = 30
#: JSON that ends too early makes this ModSecurity answer with the page of an internal error. A client cannot tell that
#: from an API that breaks, and a 5xx is no refusal: whoever runs the front has to mend it.
ANSWERED_500 = {"OMN-BODY-01", "OMN-ERR-04"}
#: Requirements whose probes are ordinary requests, or answered as one would be.
LITTLE_TO_BLOCK = {"OMN-OK-01", "OMN-TYPE-01", "OMN-ID-01", "OMN-AUTH-01", "HTTP-03"}
#: A firewall of a few rules: no NUL in a text, no body that does not end as an object does, no other media type.
FIREWALL = (
    "option http-buffer-request",
    "http-request deny deny_status 403 if { req.body -m sub u0000 }",
    r"http-request deny deny_status 403 if METH_POST !{ req.body -m reg }$ }",
    "http-request deny deny_status 403 if { req.hdr(content-type) -m beg text/ }",
)


def guarded(action, window="cnt"):
    """Return the setup of a HAProxy that refuses a client by `action` once it got fifteen answers of 4xx."""
    name = f"http_err_{window}"
    counter = name.partition("(")[0]
    return lambda api: haproxy(
        api,
        f"stick-table type ip size 1k expire 5m store {name}",
        "http-request track-sc0 src",
        f"http-request {action} if {{ sc_{counter}(0) ge 15 }}",
    )


def test_probes_that_a_firewall_blocks_are_untested():
    """What a firewall's page answers is untested with that reason, and every other requirement is judged."""
    result = judged("omneo", lambda api: haproxy(api, *FIREWALL))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    assert {"OMN-ID-03", "OMN-ID-04", "OMN-BODY-01"} <= blocked(result)
    assert passed(result) | blocked(result) == fulfilled("omneo")
    assert passed(result) >= LITTLE_TO_BLOCK


def test_the_core_rules_are_not_held_against_omneo():
    """Of what ModSecurity's core rules answer only their 5xx is held against the API: a NUL in an id is untested."""
    result = judged("omneo", apache_with_core_rules)
    assert accused(result) <= ANSWERED_500, result.reason
    assert result.verdict == ("not-conformant" if accused(result) else "not-verified")
    assert {"OMN-ID-03", "OMN-ID-04"} <= blocked(result)
    assert passed(result) | blocked(result) | accused(result) == fulfilled("omneo")
    assert passed(result) >= LITTLE_TO_BLOCK


def test_a_body_limit_leaves_the_long_ids_untested():
    """Where nginx takes no body of 4 kB the requirements that need one are untested, and nothing else is."""
    limit = "client_max_body_size 1k;"
    result = judged("omneo", lambda api: nginx(location=proxied(api), server=limit))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    assert blocked(result) == {"OMN-ID-03", "OMN-ID-05"}
    assert passed(result) | blocked(result) == fulfilled("omneo")


def test_a_body_limit_is_nothing_to_an_api_without_bodies():
    """A cancel has no body, so a limit on it blocks nothing."""
    limit = "client_max_body_size 1k;"
    result = judged("mijnklantportaal", lambda api: nginx(location=proxied(api), server=limit))
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason


@pytest.mark.parametrize("api", APIS)
def test_a_guard_that_refuses_after_fifteen_errors_ends_the_run(api):
    """The run stops soon after the first refusal, says since when and with which words, and keeps what came before."""
    result = judged(api, guarded("deny deny_status 403"))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    told = re.search(r"refused since request (\d+) \(403 text/html", result.reason)
    assert told, result.reason
    assert result.requests - int(told[1]) <= MOST_REFUSED
    assert "forbidden" in result.reason.lower()
    assert passed(result)


@pytest.mark.parametrize("api", APIS)
def test_a_guard_that_says_too_many_requests_ends_the_run(api):
    """A guard that answers 429 and never ends leaves what comes after it untested."""
    result = judged(api, guarded("deny deny_status 429"))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    assert "429" in result.reason
    assert passed(result)


@pytest.mark.parametrize("api", APIS)
def test_a_guard_that_closes_the_connection_ends_the_run(api):
    """Connections that a guard closes without an answer are no failure of the API and no error of the suite."""
    result = judged(api, guarded("reject"))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    assert passed(result)


def test_a_guard_that_forgets_is_waited_for_or_ends_the_run():
    """A guard that lets requests through again after a second of silence makes no requirement fail."""
    result = judged("mijnklantportaal", guarded("deny deny_status 403", window="rate(1s)"))
    assert not accused(result), result.reason
    assert result.verdict in {"conformant", "not-verified"}


@pytest.mark.parametrize(("api", "status"), [("omneo", 503), ("mijnklantportaal", 429)])
def test_a_rate_limit_without_an_end_ends_the_run(api, status):
    """A limit that lets twenty requests through and then one a minute ends the run with what was judged by then."""
    zone = "limit_req_zone $binary_remote_addr zone=each:1m rate=1r/m;"
    location = f"limit_req zone=each burst=20 nodelay; limit_req_status {status};"
    result = judged(api, lambda port: nginx(http=zone, location=location + proxied(port)))
    assert (result.verdict, accused(result)) == ("not-verified", set()), result.reason
    assert str(status) in result.reason
