"""The connection to a target, up to but without a request: name, port, TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit

from appointment_conformance.targets import Target

from .finding import Finding
from .route import Route, is_secure

#: A certificate that ends sooner than this is worth a word.
MIN_DAYS = 14


def connection_findings(target: Target) -> Iterator[Finding]:
    """Yield what is found on the way to the target, or to its proxy; a `fail` is the last one."""
    route, key = Route.to(target), "proxy" if target.proxy else "base_url"
    host = urlsplit(target.proxy or target.base_url).hostname or ""
    try:
        _, port = route.first_stop(target.base_url)
        addresses = sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError, ValueError) as error:
        yield Finding("fail", "name", f"{host} does not resolve ({error}); check {key}, or the name server")
        return
    told = f"{host} is an address" if addresses == [host] else f"{host} is {', '.join(addresses[:4])}"
    yield Finding("ok", "name", told)
    try:
        clock = monotonic()
        with route.connect(target.base_url, seconds=target.limits.connect_timeout_seconds) as connected:
            yield Finding("ok", "connection", f"port {port} answers after {(monotonic() - clock) * 1000:.0f} ms")
            yield _tls(connected, route, target.base_url) if is_secure(target.base_url) else _plain(target, addresses)
    except OSError as error:
        told = f"no connection through port {port} ({error}); check {key}, and whether this machine may reach it"
        yield Finding("fail", "connection", told)


def _plain(target: Target, addresses: list[str]) -> Finding:
    if not target.proxy and all(address == "::1" or address.startswith("127.") for address in addresses):
        return Finding("ok", "tls", "none on this machine's own address")
    host = urlsplit(target.base_url).hostname
    return Finding("warn", "tls", f"none: the token travels readable to {host}; use https in base_url")


def _tls(connected: socket.socket, route: Route, url: str) -> Finding:
    try:
        with route.secured(connected, url) as secured:
            certificate, tls = secured.getpeercert() or {}, secured.version()
    except (OSError, ValueError) as error:
        reason = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
        told = f"no trusted connection: {reason}; have the certificate put right, or name its authority as ca_file"
        return Finding("fail", "tls", told)
    days = days_left(str(certificate.get("notAfter", "")), datetime.now(UTC))
    if days < MIN_DAYS:
        return Finding("warn", "tls", f"{tls}, but the certificate ends in {days} days; have it renewed")
    return Finding("ok", "tls", f"{tls}, certificate valid for {days} days")


def days_left(not_after: str, now: datetime) -> int:
    """Return the whole days until a certificate's `notAfter`. Raises ValueError where it is no such date."""
    return (datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC) - now).days
