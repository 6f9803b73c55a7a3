"""The certificate that the suite presents to a server which asks for one (RFC 8446, section 4.4.2)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .pem_file import UnusableFileError, check_certificates, check_regular

#: What OpenSSL says if certificate and key do not belong together; its order of checks depends on their types.
_OTHER_CERTIFICATE: Final = frozenset({"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"})
#: What it says if it finds a certificate too weak to be used.
_WEAK: Final = frozenset({"EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"})


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
        except (ssl.SSLError, ValueError) as error:
            # A ValueError: Python refuses a passphrase of more than 1,024 bytes.
            raise self._unusable(getattr(error, "reason", None)) from None

    def _unusable(self, reason: str | None) -> UnusableFileError:
        if reason in _WEAK:
            told = f"OpenSSL of this machine refuses it ({str(reason).replace('_', ' ').lower()})"
            return UnusableFileError("client_certificate", self.certificate, told)
        source, key = (self.key, "client_key") if self.key else (self.certificate, "client_certificate")
        text = source.read_text(encoding="utf-8", errors="replace")
        return UnusableFileError(key, source, self._flaw(text, reason))

    def _flaw(self, text: str, reason: str | None) -> str:
        """Return what is wrong with the private key in `text`, which OpenSSL has refused for `reason`."""
        if "PRIVATE KEY-----" not in text:
            remedy = "" if self.key else "; name the file of the key as client_key"
            return f"it does not contain a private key in PEM form{remedy}"
        if reason in _OTHER_CERTIFICATE:
            return "its private key belongs to another certificate than the first one in client_certificate"
        if "ENCRYPTED" not in text:
            return "its private key is damaged"
        if self.password:
            return "its private key cannot be decrypted with client_key_password"
        return "its private key is encrypted; give the passphrase as client_key_password"
