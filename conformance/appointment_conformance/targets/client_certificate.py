"""The certificate that the suite presents to a server which asks for one (RFC 8446, section 4.4.2)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from .pem_file import UnusableFileError, check_certificates, check_regular


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Files in PEM form: a certificate with the chain that leads to its authority, and its private key."""

    certificate: Path
    #: None if the first file holds the key as well.
    key: Path | None = None
    password: str | None = field(default=None, repr=False)

    def below(self, folder: Path) -> ClientCertificate:
        """Return it with paths that start from `folder`."""
        return ClientCertificate(folder / self.certificate, folder / self.key if self.key else None, self.password)

    def load(self, context: ssl.SSLContext) -> None:
        """Present it in every connection of `context`. Raises OSError if it cannot be used."""
        # Without a function OpenSSL asks for a missing password on the terminal.
        context.load_cert_chain(self.certificate, self.key, password=lambda: self.password or "")

    def check(self) -> None:
        """Raise UnusableFileError, which names the key of the file, if it cannot be presented."""
        check_certificates(self.certificate, "client_certificate")
        if self.key:
            check_regular(self.key, "client_key")
        try:
            self.load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        except ssl.SSLError as error:
            source, key = (self.key, "client_key") if self.key else (self.certificate, "client_certificate")
            text = source.read_text(encoding="utf-8", errors="replace")
            raise UnusableFileError(key, source, self._flaw(text, error.reason)) from None

    def _flaw(self, text: str, reason: str | None) -> str:
        """Return what is wrong with the private key in `text`, which OpenSSL has refused for `reason`."""
        if "PRIVATE KEY-----" not in text:
            remedy = "" if self.key else "; name the file of the key as client_key"
            return f"it does not contain a private key in PEM form{remedy}"
        if reason == "KEY_VALUES_MISMATCH":
            return "its private key belongs to another certificate than client_certificate"
        if "ENCRYPTED" not in text:
            return "its private key is damaged"
        if self.password:
            return "its private key cannot be decrypted with client_key_password"
        return "its private key is encrypted; give the passphrase as client_key_password"
