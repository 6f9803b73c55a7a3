"""The options with which curl takes the route of a target: its proxy, the authorities to trust, the certificate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from appointment_conformance.targets import Target
from appointment_conformance.targets.client_certificate import ClientCertificate


def replay_options(target: Target) -> tuple[str, ...]:
    """Return the options of curl, none for a target that is reached directly with the public authorities.

    A password is the placeholder that reports have for it, which the shell replaces.
    """
    return tuple(_options(target))


def _options(target: Target) -> Iterator[str]:
    if target.ca_file:
        yield from ("--cacert", str(target.ca_file))
    if target.client_certificate:
        yield from _certificate(target.client_certificate)
    if target.proxy:
        yield from _proxy(target.proxy, target.ca_file)


def _certificate(presented: ClientCertificate) -> Iterator[str]:
    # What follows a colon would be a passphrase.
    yield from ("--cert", str(presented.certificate).replace("\\", "\\\\").replace(":", "\\:"))
    if presented.key:
        yield from ("--key", str(presented.key))
    if presented.password:
        yield from ("--pass", "${CLIENT_KEY_PASSWORD}")


def _proxy(url: str, ca_file: Path | None) -> Iterator[str]:
    parts = urlsplit(url)
    yield from ("--proxy", f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    if parts.username:
        yield from ("--proxy-user", f"{unquote(parts.username)}:{'${PROXY_PASSWORD}' if parts.password else ''}")
    if parts.scheme == "https" and ca_file:
        yield from ("--proxy-cacert", str(ca_file))
