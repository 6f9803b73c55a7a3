"""The route to a target: direct or through a proxy, with the certificate authorities to trust."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import certifi
from requests.utils import get_auth_from_url
from urllib3.util import make_headers
from urllib3.util.ssltransport import SSLTransport

from appointment_conformance.targets import Target
from appointment_conformance.targets.client_certificate import ClientCertificate

#: A connection, plain or with TLS, which may be inside the TLS of a proxy.
Connection = socket.socket | SSLTransport


@dataclass(frozen=True, slots=True)
class Route:
    """How a target is reached. Environment variables have no effect on it."""

    #: URL of an HTTP proxy; it may hold credentials.
    proxy: str | None = field(default=None, repr=False)
    #: File of the certificate authorities to trust, in PEM form.
    ca_file: Path = field(default_factory=lambda: Path(certifi.where()))
    #: What is presented to a target that asks for a certificate.
    client_certificate: ClientCertificate | None = None
    #: Whether the public authorities are trusted beside those of `ca_file`.
    trusts_public: bool = False

    @classmethod
    def to(cls, target: Target) -> Route:
        """Return the route that the targets file configures."""
        direct = cls(target.proxy, client_certificate=target.client_certificate)
        return replace(direct, ca_file=target.ca_file) if target.ca_file else direct

    def with_public_authorities(self) -> Route:
        """Return the route to another host than the target's, whose certificate may be of a public authority."""
        return replace(self, trusts_public=True)

    def first_stop(self, url: str) -> tuple[str, int]:
        """Return host and port to connect to for `url`: those of the proxy, if there is one.

        Raises ValueError for an invalid port.
        """
        return _host_and_port(self.proxy or url)

    def connect(self, url: str, *, seconds: float) -> socket.socket:
        """Return a connection to the target of `url`, or to its proxy, without TLS.

        If TLS follows, a proxy is asked for a tunnel (RFC 9110, section 9.3.6); otherwise the proxy reads the request.
        Raises OSError if the connection fails; each step waits at most `seconds`.
        """
        if self.proxy and is_secure(url):
            return self._tunnel(url, seconds)
        return self.first_connection(url, seconds)

    def secured(self, connection: socket.socket, url: str) -> ssl.SSLSocket | SSLTransport:
        """Return `connection` with TLS. Raises OSError if the certificate of the target of `url` is not trusted."""
        name = urlsplit(url).hostname
        if isinstance(connection, ssl.SSLSocket):
            # Python's own sockets cannot have TLS inside TLS.
            return SSLTransport(connection, self.tls_context(), server_hostname=name)
        return self.tls_context().wrap_socket(connection, server_hostname=name)

    def tls_context(self) -> ssl.SSLContext:
        """Return the TLS context for the target. Raises OSError if the client's certificate cannot be used any more."""
        context = self.proxy_tls_context()
        if self.client_certificate:
            self.client_certificate.load(context)
        return context

    def proxy_tls_context(self) -> ssl.SSLContext:
        """Return the TLS context. Certificates are checked, but no more strictly than common clients check them.

        Python 3.13 and later would refuse certificates without an authority key identifier (RFC 5280, section
        4.2.1.1), which many private authorities omit. Python's default context would also write the keys of each
        connection to the file that SSLKEYLOGFILE names, with which anyone can read the tokens that were sent.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(str(self.ca_file))
        if self.trusts_public:
            context.load_verify_locations(certifi.where())
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    def request_target(self, url: str) -> str:
        """Return the path for the request line, or the whole URL for a proxy that reads it (RFC 9112, section 3.2)."""
        return url if self.proxy and not is_secure(url) else urlsplit(url).path

    def proxy_headers(self, url: str) -> dict[str, str]:
        """Return the headers for a proxy that reads the request: the credentials of its URL."""
        return {} if is_secure(url) else self._credentials()

    def _tunnel(self, url: str, seconds: float) -> socket.socket:
        connection = _ProxyConnection(self, seconds)
        connection.set_tunnel(*_host_and_port(url), headers=self._credentials())
        try:
            connection.connect()
        except http.client.HTTPException as error:
            connection.close()
            raise OSError(f"the proxy does not speak HTTP ({type(error).__name__})") from error
        return connection.sock

    def first_connection(self, url: str, seconds: float) -> socket.socket:
        """Return a connection to the first stop for `url`, with TLS if that is a proxy which is reached with TLS."""
        connection = socket.create_connection(self.first_stop(url), timeout=seconds)
        if self.proxy and is_secure(self.proxy):
            name = urlsplit(self.proxy).hostname
            return self.proxy_tls_context().wrap_socket(connection, server_hostname=name)
        return connection

    def _credentials(self) -> dict[str, str]:
        user, password = get_auth_from_url(self.proxy or "")
        return make_headers(proxy_basic_auth=f"{user}:{password}") if user else {}


class _ProxyConnection(http.client.HTTPConnection):
    """A connection to the proxy of a route, over which a tunnel is asked for."""

    def __init__(self, route: Route, seconds: float) -> None:
        """Connect to nothing yet."""
        url = route.proxy or ""
        super().__init__(*route.first_stop(url), timeout=seconds)
        # http.client has no TLS to the proxy itself: its own HTTPS connection begins TLS inside the tunnel.
        self._create_connection = lambda *_: route.first_connection(url, seconds)


def bare(connection: Connection) -> socket.socket:
    """Return the socket of a connection, which TLS inside TLS keeps to itself."""
    return connection.socket if isinstance(connection, SSLTransport) else connection


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def is_secure(url: str) -> bool:
    """Whether the target of `url` is reached with TLS."""
    return urlsplit(url).scheme == "https"
