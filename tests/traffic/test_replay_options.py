"""The replay line of a report takes the route of the target, and shows no secret of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from own_targets import MKP

from appointment_conformance.targets.client_certificate import ClientCertificate
from appointment_conformance.traffic.replay_options import replay_options

SECRET = "Kq7vXw2ZtR9bLmYc4"
CERTIFICATE = ClientCertificate(Path("a:b.pem"), Path("client.key"), SECRET)


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({}, ""),
        ({"ca_file": Path("ca.pem")}, "--cacert ca.pem"),
        (
            {"client_certificate": CERTIFICATE},
            "--cert a\\:b.pem --key client.key --pass ${CLIENT_KEY_PASSWORD}",
        ),
        ({"client_certificate": ClientCertificate(Path("both.pem"))}, "--cert both.pem"),
        ({"proxy": "http://[::1]:3128"}, "--proxy http://[::1]:3128"),
        (
            {"proxy": f"https://own:{SECRET}@p.example:8443", "ca_file": Path("ca.pem")},
            "--cacert ca.pem --proxy https://p.example:8443 --proxy-user own:${PROXY_PASSWORD} --proxy-cacert ca.pem",
        ),
        ({"proxy": "http://own@proxy.example.com:8080"}, "--proxy http://proxy.example.com:8080 --proxy-user own:"),
    ],
)
def test_curl_is_told_the_route(changes, options):
    """Each key of the targets file has its option, and a password is the placeholder of reports."""
    told = " ".join(replay_options(replace(MKP, **changes)))
    assert told == options
    assert SECRET not in told
