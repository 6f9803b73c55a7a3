"""What all tests share: a way to run a command in a directory of its own, and runs that do not wait."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess

import pytest

import processes
from appointment_conformance.traffic.rate_limits import RateLimiter


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Have `-n auto` start three workers for two processors: the tests wait a third of their time."""
    processors = os.cpu_count() or 1
    return processors + (processors + 1) // 2


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Give every worker of xdist the one server that forks the processes of tests."""
    node.workerinput["forking_server"] = processes.serve()


def pytest_configure(config):
    """Use that server, in a worker."""
    if address := getattr(config, "workerinput", {}).get("forking_server"):
        processes.use_server(address)


@pytest.fixture
def command(tmp_path):
    """Run a Python module as a command in an empty directory, unless another one is named; return how it ended."""

    def running(*arguments, cwd=tmp_path, text=None, **environ):
        stdin = {} if text is None else {"stdin": subprocess.PIPE}
        return processes.finished(processes.started(cwd, *arguments, environ=environ, **stdin), text)

    return running


@pytest.fixture
def no_waits(monkeypatch):
    """Let no run wait where it is asked to, or waits by itself, before it sends something again."""
    monkeypatch.setattr(RateLimiter, "wait", lambda *_: None)


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
