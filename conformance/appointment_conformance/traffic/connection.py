"""The connection to a target, up to but without a request: name, port, TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit

import certifi

from appointment_conformance.targets import Target

from .finding import Finding

#: A certificate that ends sooner than this is worth a word.
FEW_DAYS = 14


def connection_findings(target: Target) -> Iterator[Finding]:
    """Yield what is found on the way to the target; a `fail` is the last one."""
    parts = urlsplit(target.base_url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    try:
        port = parts.port or (443 if secure else 80)
        addresses = sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError, ValueError) as error:
        yield Finding("fail", "name", f"{host} does not resolve ({error}); check base_url, or the name server")
        return
    yield Finding("ok", "name", f"{host} is {', '.join(addresses[:4])}")
    try:
        clock = monotonic()
        with socket.create_connection((host, port), timeout=target.limits.connect_timeout_seconds) as connected:
            yield Finding("ok", "connection", f"port {port} answers after {(monotonic() - clock) * 1000:.0f} ms")
            if secure:
                yield _tls(connected, host)
    except OSError as error:
        told = f"port {port} does not answer ({error}); check base_url, and whether this machine may reach it"
        yield Finding("fail", "connection", told)
        return
    if not secure:
        yield _plain(host, addresses)


def _plain(host: str, addresses: list[str]) -> Finding:
    if all(address == "::1" or address.startswith("127.") for address in addresses):
        return Finding("ok", "tls", "none on this machine's own address")
    return Finding("warn", "tls", f"none: the token travels readable to {host}; use https in base_url")


def _tls(connected: socket.socket, host: str) -> Finding:
    context = ssl.create_default_context(cafile=certifi.where())
    try:
        with context.wrap_socket(connected, server_hostname=host) as secured:
            certificate, tls = secured.getpeercert() or {}, secured.version()
    except (OSError, ValueError) as error:
        reason = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
        return Finding("fail", "tls", f"no trusted connection: {reason}; have the certificate of {host} put right")
    days = days_left(str(certificate.get("notAfter", "")), datetime.now(UTC))
    if days < FEW_DAYS:
        return Finding("warn", "tls", f"{tls}, but the certificate ends in {days} days; have it renewed")
    return Finding("ok", "tls", f"{tls}, certificate valid for {days} days")


def days_left(not_after: str, now: datetime) -> int:
    """Return the whole days until a certificate's `notAfter`. Raises ValueError where it is no such date."""
    return (datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC) - now).days
