"""Check the connection to a target without sending a request: name, port, TLS."""

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

#: Warn if a certificate expires in fewer days than this.
MIN_DAYS = 14


def connection_findings(target: Target) -> Iterator[Finding]:
    """Yield the findings about the connection to the target or its proxy; nothing follows a `fail`."""
    route, key = Route.to(target), "proxy" if target.proxy else "base_url"
    host = urlsplit(target.proxy or target.base_url).hostname or ""
    try:
        _, port = route.first_stop(target.base_url)
        addresses = sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError, ValueError) as error:
        yield Finding("fail", "name", f"{host} does not resolve ({error}); check {key}, or the name server")
        return
    message = f"{host} is an address" if addresses == [host] else f"{host} is {', '.join(addresses[:4])}"
    yield Finding("ok", "name", message)
    try:
        clock = monotonic()
        with route.connect(target.base_url, seconds=target.limits.connect_timeout_seconds) as connected:
            yield Finding("ok", "connection", f"port {port} answers after {(monotonic() - clock) * 1000:.0f} ms")
            yield _tls(connected, route, target.base_url) if is_secure(target.base_url) else _plain(target, addresses)
    except OSError as error:
        message = f"no connection to port {port} ({error}); check {key}, and whether this machine may reach it"
        yield Finding("fail", "connection", message)


def _plain(target: Target, addresses: list[str]) -> Finding:
    if not target.proxy and all(address == "::1" or address.startswith("127.") for address in addresses):
        return Finding("ok", "tls", "none, as the target is on this machine")
    host = urlsplit(target.base_url).hostname
    return Finding("warn", "tls", f"none: the token is sent unencrypted to {host}; use https in base_url")


def _tls(connected: socket.socket, route: Route, url: str) -> Finding:
    try:
        with route.secured(connected, url) as secured:
            certificate, tls = secured.getpeercert() or {}, secured.version()
    except (OSError, ValueError) as error:
        reason = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
        message = f"no trusted connection: {reason}; have the certificate corrected, or set ca_file to its authority"
        return Finding("fail", "tls", message)
    days = days_left(str(certificate.get("notAfter", "")), datetime.now(UTC))
    if days < MIN_DAYS:
        return Finding("warn", "tls", f"{tls}, but the certificate expires in {days} days; have it renewed")
    return Finding("ok", "tls", f"{tls}, certificate valid for {days} days")


def days_left(not_after: str, now: datetime) -> int:
    """Return the whole days until a certificate's `notAfter`. Raises ValueError if it is not such a date."""
    return (datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC) - now).days
