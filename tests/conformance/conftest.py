"""Fixtures that several test files need."""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest


@pytest.fixture
def self_signed(tmp_path):
    """A certificate and key for localhost that nobody vouches for."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is needed to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(  # noqa: S603 - a program of the machine, with our own arguments
        [program, *request.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
