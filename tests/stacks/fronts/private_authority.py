"""A certificate authority of one's own, as companies keep them: made anew for each test, with openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from appointment_conformance.targets.client_certificate import ClientCertificate

#: What an authority and a certificate say of themselves, for openssl's configuration.
#: As RFC 5280, section 4.2, wants it: who signed is named by its key, and the constraints are critical.
STRICT = (
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
    "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
)
#: One that says as little as possible, as many in-house authorities do; Python 3.13 refuses it by default.
LOOSE = ("basicConstraints=CA:TRUE\n", "subjectKeyIdentifier=none\nauthorityKeyIdentifier=none\n")


@dataclass(frozen=True, slots=True)
class Authority:
    """The files of an authority and of one certificate for localhost that it signed, in PEM form."""

    ca_file: Path
    certificate: Path
    key: Path


def authority(folder: Path, *, says: tuple[str, str]) -> Authority:
    """Make an authority in `folder`; skip the test where openssl is not installed."""
    of_authority, of_certificate = says
    (folder / "ca.cnf").write_text(
        f"[req]\ndistinguished_name=name\nx509_extensions=says\nprompt=no\n"
        f"[name]\nCN=Private authority\n[says]\n{of_authority}",
        encoding="utf-8",
    )
    (folder / "leaf.cnf").write_text(f"subjectAltName=DNS:localhost,IP:127.0.0.1\n{of_certificate}", encoding="utf-8")
    for line in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -config ca.cnf",
        "req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=localhost",
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 30 -extfile leaf.cnf",
    ):
        _openssl(line, folder)
    return Authority(folder / "ca.pem", folder / "leaf.pem", folder / "leaf.key")


def client_certificate(made: Authority, password: str = "") -> ClientCertificate:
    """Return a certificate of the authority for a client; its key is encrypted if there is a password."""
    folder = made.ca_file.parent
    encrypted = ["-passout", f"pass:{password}"] if password else ["-nodes"]
    _openssl("req -newkey rsa:2048 -keyout client.key -out client.csr -subj /CN=client", folder, *encrypted)
    _openssl("x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out client.pem -days 30", folder)
    return ClientCertificate(folder / "client.pem", folder / "client.key", password or None)


def _openssl(line: str, folder: Path, *more: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    subprocess.run([program, *line.split(), *more], cwd=folder, check=True, capture_output=True)  # noqa: S603 - a program of the machine, with our own arguments
