"""Intermediaries that pass everything on: the API behind them is conformant."""

from __future__ import annotations

import pytest
from apache_front import apache, apache_with_core_rules
from haproxy_front import haproxy
from judged_front import APIS, accused, judged
from nginx_front import nginx, proxied, secured
from private_authority import LOOSE, STRICT, authority

PROXIES = {
    "nginx": lambda api: nginx(location=proxied(api)),
    # With a path of its own nginx decodes and encodes the path of the request anew.
    "nginx that writes the path anew": lambda api: nginx(location=f"proxy_pass http://127.0.0.1:{api}/;"),
    "haproxy": haproxy,
    # The connection is closed, unannounced, a millisecond after each answer.
    "haproxy that keeps no connection": lambda api: haproxy(api, "timeout http-keep-alive 1"),
    "apache": apache,
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("proxy", PROXIES)
def test_an_api_behind_a_plain_proxy_is_conformant(proxy, api):
    """A proxy with its defaults changes nothing that a requirement looks at."""
    result = judged(api, PROXIES[proxy])
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("says", [STRICT, LOOSE], ids=["strict", "loose"])
def test_a_private_authority_is_trusted_for_what_it_signed(says, api, tmp_path):
    """A certificate of an authority that `ca_file` names is trusted, however little it says of itself."""
    made = authority(tmp_path, says=says)
    result = judged(
        api,
        lambda port: nginx(location=proxied(port), listen=" ssl", server=secured(made)),
        origin="https://localhost",
        ca_file=made.ca_file,
    )
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason


def test_a_limit_that_opens_again_is_waited_for():
    """A limit that refuses a few requests of a run, without saying for how long, costs time and no verdict."""
    zone = "limit_req_zone $binary_remote_addr zone=each:1m rate=10r/s;"
    location = "limit_req zone=each burst=10 nodelay;"
    result = judged("mijnklantportaal", lambda api: nginx(http=zone, location=location + proxied(api)))
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason


def test_a_firewall_that_knows_the_methods_of_the_api_lets_a_cancel_through():
    """Core rules that are told of DELETE have nothing against the requests of a whole run of MijnKlantportaal."""
    methods = "GET HEAD POST PUT DELETE OPTIONS"
    result = judged("mijnklantportaal", lambda api: apache_with_core_rules(api, methods=methods))
    assert (result.verdict, accused(result)) == ("conformant", set()), result.reason
