"""Each gate that stands in front of a staging API opens with a key of the targets file, which is named without it."""

from __future__ import annotations

from base64 import b64encode

import pytest
from apache_front import apache_forward_proxy
from front_process import front
from haproxy_front import haproxy
from judged_front import APIS, judged
from nginx_front import nginx, proxied, secured
from private_authority import STRICT, authority, client_certificate

from appointment_conformance.targets.extra_header import ExtraHeader

BASIC = f"Basic {b64encode(b'somebody:something').decode()}"
GATE_HEADERS = (
    ExtraHeader("CF-Access-Client-Id", "0123456789abcdef.access"),
    ExtraHeader("CF-Access-Client-Secret", "fedcba9876543210"),
)


def checked(condition: str, refusal: str):
    """Return a setup of nginx that refuses every request unless the variable in `condition` is as it says."""
    return lambda port: nginx(location=f"if ({condition}) {{ {refusal} }} {proxied(port)}")


def answered(status: int, body: str) -> str:
    """Return the line of nginx that answers with JSON."""
    return f"default_type application/json; return {status} '{body}';"


#: Gate -> its setup, the headers that open it, and what the reason says without them.
GATES = {
    "an API key": (
        checked('$http_x_api_key != "k-0123456789"', "return 401;"),
        (ExtraHeader("X-Api-Key", "k-0123456789"),),
        "headers",
    ),
    "an API key that is asked for in words": (
        checked('$http_apikey != "k-0123456789"', "return 401 'No API key found in request';"),
        (ExtraHeader("apikey", "k-0123456789"),),
        "headers",
    ),
    "a tenant": (
        checked('$http_x_tenant != "acme"', "return 400 'X-Tenant header is required';"),
        (ExtraHeader("X-Tenant", "acme", is_secret=False),),
        "headers",
    ),
    "a service token, or a login page": (
        checked('$http_cf_access_client_secret != "fedcba9876543210"', "return 302 https://login.example.com/;"),
        GATE_HEADERS,
        "headers",
    ),
    "a service token, or a page that forbids": (
        checked('$http_cf_access_client_secret != "fedcba9876543210"', "return 403;"),
        GATE_HEADERS,
        "headers",
    ),
    "a cookie": (
        checked('$http_cookie != "CF_Authorization=abcdef0123"', "return 403;"),
        (ExtraHeader("Cookie", "CF_Authorization=abcdef0123"),),
        "headers",
    ),
    "Basic beside the token": (
        checked(
            f'$http_proxy_authorization != "{BASIC}"',
            """add_header WWW-Authenticate 'Basic realm="staging"' always; return 401;""",
        ),
        (ExtraHeader("Proxy-Authorization", BASIC),),
        "headers",
    ),
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_wants_a_header_is_passed_with_it(gate, api):
    """With the header in the targets file the API behind the gate conforms."""
    setup, headers, _ = GATES[gate]
    result = judged(api, setup, headers=headers)
    assert result.verdict == "conformant", result.reason


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_without_its_header_is_told_with_the_key_that_is_missing(gate):
    """Without the header nothing is judged, and the reason names the key."""
    setup, _, key = GATES[gate]
    result = judged("mijnklantportaal", setup)
    assert result.verdict == "not-testable"
    assert key in result.reason


def test_haproxy_that_wants_a_key_is_passed_with_it_and_told_without():
    """Another gateway than nginx, which denies as HAProxy does by default."""
    deny = "http-request deny unless { req.hdr(x-api-key) -m str k-0123456789 }"
    result = judged(
        "mijnklantportaal", lambda port: haproxy(port, deny), headers=(ExtraHeader("X-API-Key", "k-0123456789"),)
    )
    assert result.verdict == "conformant", result.reason
    without = judged("mijnklantportaal", lambda port: haproxy(port, deny))
    assert without.verdict == "not-testable"
    assert "headers" in without.reason


def mutual(made):
    """Return a setup of nginx that wants a certificate of the authority, and says so in a page."""
    verified = f"{secured(made)} ssl_client_certificate {made.ca_file}; ssl_verify_client on;"
    return lambda port: nginx(location=proxied(port), listen=" ssl", server=verified)


def strict(made, version=""):
    """Return a setup of HAProxy that wants a certificate of the authority, and refuses the handshake without."""
    pem = made.certificate.parent / "both.pem"
    pem.write_text(made.certificate.read_text() + made.key.read_text(), encoding="utf-8")
    return lambda port: haproxy(port, bind=f"ssl crt {pem} ca-file {made.ca_file} verify required {version}")


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("setup", [mutual, strict], ids=["nginx", "haproxy"])
def test_a_gate_that_wants_a_certificate_is_passed_with_it(setup, api, tmp_path):
    """With client_certificate, its encrypted client_key and ca_file the API behind the gate conforms."""
    made = authority(tmp_path, says=STRICT)
    presented = client_certificate(made, password="of the key")
    result = judged(api, setup(made), origin="https://localhost", ca_file=made.ca_file, client_certificate=presented)
    assert result.verdict == "conformant", result.reason


@pytest.mark.parametrize(
    "setup",
    [mutual, strict, lambda made: strict(made, "ssl-max-ver TLSv1.2")],
    ids=["nginx", "haproxy", "haproxy, TLS 1.2"],
)
def test_a_certificate_that_is_missing_or_wrong_is_told_by_its_key(setup, tmp_path):
    """Without the certificate, and with one of another authority, the reason names client_certificate."""
    (tmp_path / "other").mkdir()
    made, other = authority(tmp_path, says=STRICT), authority(tmp_path / "other", says=STRICT)
    for presented in (None, client_certificate(other)):
        result = judged(
            "mijnklantportaal",
            setup(made),
            origin="https://localhost",
            ca_file=made.ca_file,
            client_certificate=presented,
        )
        assert result.verdict == "not-testable"
        assert "client_certificate" in result.reason


def test_an_authority_that_is_missing_or_wrong_is_told_by_its_key(tmp_path):
    """Without ca_file, and with one of another authority, the reason names ca_file."""
    (tmp_path / "other").mkdir()
    made, other = authority(tmp_path, says=STRICT), authority(tmp_path / "other", says=STRICT)
    for ca_file in (None, other.ca_file):
        result = judged("mijnklantportaal", mutual(made), origin="https://localhost", ca_file=ca_file)
        assert result.verdict == "not-testable"
        assert "ca_file" in result.reason


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("is_secure", [True, False], ids=["to a target with TLS", "to a target without"])
def test_a_proxy_over_tls_is_passed_with_its_credentials(api, is_secure, tmp_path):
    """A forward proxy that is reached with TLS, and wants a name and a password, leads to the API, races included."""
    made = authority(tmp_path, says=STRICT)
    with front(apache_forward_proxy(made, "somebody", "some:thing")) as port:
        result = _through(f"https://somebody:some%3Athing@localhost:{port}", api, made, is_secure=is_secure)
        assert result.verdict == "conformant", result.reason
        for user, word in (("", "credentials"), ("somebody:wrong@", "credentials")):
            refused = _through(f"https://{user}localhost:{port}", api, made, is_secure=is_secure)
            assert refused.verdict == "not-testable"
            assert word in refused.reason
            assert "proxy" in refused.reason


def test_a_proxy_over_tls_that_is_spoken_to_without_is_told(tmp_path):
    """A proxy of http:// that speaks TLS is told with the key that has to be changed."""
    made = authority(tmp_path, says=STRICT)
    with front(apache_forward_proxy(made, "somebody", "something")) as port:
        result = _through(f"http://somebody:something@localhost:{port}", "mijnklantportaal", made, is_secure=True)
    assert result.verdict == "not-testable"
    assert "proxy with https://" in result.reason


def _through(proxy, api, made, *, is_secure):
    if not is_secure:
        return judged(api, lambda port: nginx(location=proxied(port)), proxy=proxy, ca_file=made.ca_file)
    return judged(
        api,
        lambda port: nginx(location=proxied(port), listen=" ssl", server=secured(made)),
        origin="https://localhost",
        proxy=proxy,
        ca_file=made.ca_file,
    )


@pytest.mark.parametrize("bind", ["proto h2", "ssl crt {pem} alpn h2"], ids=["plain", "with TLS"])
def test_a_server_of_http_2_alone_is_told_in_those_words(bind, tmp_path):
    """HAProxy that speaks nothing but HTTP/2 closes the connection without a word; the reason says what it speaks."""
    made = authority(tmp_path, says=STRICT)
    pem = tmp_path / "both.pem"
    pem.write_text(made.certificate.read_text() + made.key.read_text(), encoding="utf-8")
    origin = "https://localhost" if "ssl" in bind else "http://localhost"
    bind = bind.format(pem=pem) + (" proto h2" if "ssl" in bind else "")
    result = judged("mijnklantportaal", lambda port: haproxy(port, bind=bind), origin=origin, ca_file=made.ca_file)
    assert result.verdict == "not-testable"
    assert "HTTP/2 only" in result.reason
