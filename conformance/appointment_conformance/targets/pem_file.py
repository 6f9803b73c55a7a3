"""Files in PEM form (RFC 7468) that a targets file names: authorities to trust, and what the suite presents itself."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path


class UnusableFileError(ValueError):
    """A file that a key of a target names cannot be used; the message says why, in a clause."""

    def __init__(self, key: str, path: Path, reason: str) -> None:
        """Say which key names which file, and what is wrong with it."""
        super().__init__(reason)
        self.key, self.path = key, path


def check_certificates(path: Path, key: str) -> None:
    """Raise UnusableFileError unless the file holds a certificate."""
    check_regular(path, key)
    try:
        # Python's default context would create the file that SSLKEYLOGFILE names.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(str(path))
    except ssl.SSLError:
        raise UnusableFileError(key, path, "it does not contain a certificate in PEM form") from None


def check_regular(path: Path, key: str) -> None:
    """Raise UnusableFileError unless the file is one that can be read. To open a pipe may block forever."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnusableFileError(key, path, "it is not a regular file")
        path.open("rb").close()
    except OSError as error:
        raise UnusableFileError(key, path, error.strerror or type(error).__name__) from None
