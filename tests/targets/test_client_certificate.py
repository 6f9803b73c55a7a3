"""A client's certificate that cannot be presented is refused with what is wrong, before anything is sent."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from appointment_conformance.targets.client_certificate import ClientCertificate
from appointment_conformance.targets.pem_file import UnusableFileError

PASSPHRASE = "Kq7vXw2ZtR9bLmYc4"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make certificates and keys of several kinds, each signed by itself."""
    program, made = shutil.which("openssl"), tmp_path_factory.mktemp("certificates")
    if program is None:
        pytest.skip("openssl is not installed")
    for name, kind in (("rsa", "rsa:2048"), ("other", "rsa:2048"), ("short", "rsa:512"), ("ec", "ec")):
        curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"] if kind == "ec" else []
        line = f"req -x509 -newkey {kind} -nodes -keyout {name}.key -out {name}.pem -subj /CN={name} -days 2"
        subprocess.run([program, *line.split(), *curve], cwd=made, check=True, capture_output=True)  # noqa: S603 - a program of the machine, with our own arguments
    line = f"rsa -aes256 -in rsa.key -out encrypted.key -passout pass:{PASSPHRASE}"
    subprocess.run([program, *line.split()], cwd=made, check=True, capture_output=True)  # noqa: S603 - the same
    (made / "chain.pem").write_text((made / "other.pem").read_text() + (made / "rsa.pem").read_text())
    (made / "damaged.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    return made


@pytest.mark.parametrize(
    ("certificate", "key", "password", "place", "flaw"),
    [
        ("rsa", "ec", None, "client_key", "belongs to another certificate than the first one in client_certificate"),
        ("rsa", "other", None, "client_key", "belongs to another certificate than the first one in client_certificate"),
        ("chain", "rsa", None, "client_key", "belongs to another certificate than the first one in client_certificate"),
        ("rsa", "damaged", None, "client_key", "its private key is damaged"),
        ("rsa", "encrypted", None, "client_key", "is encrypted; give the passphrase as client_key_password"),
        ("rsa", "encrypted", "wrong", "client_key", "cannot be decrypted with client_key_password"),
        ("rsa", "encrypted", "x" * 2000, "client_key", "cannot be decrypted with client_key_password"),
        ("short", "short", None, "client_certificate", "OpenSSL of this machine refuses it (ee key too small)"),
    ],
)
def test_what_is_wrong_is_told(folder, certificate, key, password, place, flaw):
    """The sentence names the key of the targets file, and does not blame a key that is sound."""
    presented = ClientCertificate(folder / f"{certificate}.pem", folder / f"{key}.key", password)
    with pytest.raises(UnusableFileError) as caught:
        presented.check()
    assert (caught.value.key, flaw in str(caught.value)) == (place, True), str(caught.value)


def test_an_encrypted_key_is_read_with_its_passphrase(folder):
    """The passphrase of the targets file opens the key."""
    ClientCertificate(folder / "rsa.pem", folder / "encrypted.key", PASSPHRASE).check()
