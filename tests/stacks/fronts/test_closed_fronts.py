"""Intermediaries that let nothing through from the start: the reason of the run quotes what they say."""

from __future__ import annotations

import pytest
from apache_front import apache_with_core_rules
from front_process import free_port
from haproxy_front import haproxy
from http2_only import http_2_only
from judged_front import APIS, judged
from nginx_front import nginx, proxied, secured
from private_authority import STRICT, authority

TOKEN, BASE_URL = "check the token", "check base_url"
LOGIN = "https://login.example.com/sign-in"
TENANT = """default_type application/json; return 404 '{"message":"Tenant not found."}';"""

#: The setup, what the reason has to quote, and what it must not ask for because nothing points there.
CLOSED = {
    "an upstream that is down": (lambda _: nginx(location=proxied(free_port())), "502 Bad Gateway", [TOKEN, BASE_URL]),
    "a login page": (lambda _: nginx(location=f"return 302 {LOGIN};"), LOGIN, [TOKEN]),
    "an unknown tenant": (lambda _: nginx(location=TENANT), "Tenant not found.", [TOKEN]),
    "nothing at that path": (lambda _: nginx(location="return 404;"), "404 Not Found", [TOKEN]),
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("closed", CLOSED)
def test_an_answer_to_everything_is_quoted(closed, api):
    """The target is not testable; the reason quotes the answer and names no wrong remedy."""
    setup, quote, unasked = CLOSED[closed]
    _assert_told(judged(api, setup), quote, unasked)


def test_a_page_of_maintenance_is_quoted():
    """A page that answers everything with a 503 is told as such."""
    result = judged("mijnklantportaal", lambda _: nginx(location="return 503;"))
    _assert_told(result, "503 Service Temporarily Unavailable", [TOKEN, BASE_URL])


@pytest.mark.parametrize("api", APIS)
def test_basic_credentials_that_are_asked_for_are_told(api, tmp_path):
    """Where a proxy wants a name and a password the reason says so, and does not blame the token."""
    users = tmp_path / "users"
    users.write_text("somebody:{PLAIN}something\n", encoding="utf-8")
    basic = f"auth_basic Staging; auth_basic_user_file {users};"
    _assert_told(judged(api, lambda port: nginx(location=basic + proxied(port))), "Basic", [TOKEN, BASE_URL])


@pytest.mark.parametrize("api", APIS)
def test_a_certificate_that_is_asked_for_is_told(api, tmp_path):
    """A proxy that wants a certificate of the client is quoted."""
    made = authority(tmp_path, says=STRICT)
    verified = f"{secured(made)} ssl_client_certificate {made.ca_file}; ssl_verify_client on;"
    result = judged(
        api,
        lambda port: nginx(location=proxied(port), listen=" ssl", server=verified),
        origin="https://localhost",
        ca_file=made.ca_file,
    )
    _assert_told(result, "No required SSL certificate was sent", [TOKEN, BASE_URL])


@pytest.mark.parametrize("api", APIS)
def test_plain_http_to_a_port_of_tls_is_told(api, tmp_path):
    """A base_url of http:// that leads to a port of TLS is quoted, and https:// is named as what helps."""
    made = authority(tmp_path, says=STRICT)
    result = judged(api, lambda port: nginx(location=proxied(port), listen=" ssl", server=secured(made)))
    _assert_told(result, "The plain HTTP request was sent to HTTPS port", [TOKEN])
    assert "https://" in result.reason


def test_a_firewall_that_refuses_every_cancel_is_quoted():
    """ModSecurity's core rules know no DELETE, so MijnKlantportaal cannot be judged through them as they come."""
    result = judged("mijnklantportaal", apache_with_core_rules)
    _assert_told(result, "Forbidden", [TOKEN, BASE_URL])


@pytest.mark.parametrize("api", APIS)
def test_a_connection_that_is_closed_without_a_byte_names_no_wrong_remedy(api):
    """HAProxy closes a port of HTTP/2 only without a byte: nothing points at the token or the address."""
    _assert_told(judged(api, lambda port: haproxy(port, bind="proto h2")), "no answer", [TOKEN, BASE_URL])


@pytest.mark.parametrize("api", APIS)
def test_a_server_of_http_2_only_is_told(api):
    """A server that answers with frames of HTTP/2 is recognized by them."""
    _assert_told(judged(api, lambda _: http_2_only), "HTTP/2", [TOKEN, BASE_URL])


def _assert_told(result, quote, unasked):
    assert result.verdict == "not-testable", result.reason
    assert quote in result.reason
    assert not [words for words in unasked if words in result.reason], result.reason
