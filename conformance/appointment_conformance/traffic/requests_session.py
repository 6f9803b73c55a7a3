"""The one `requests` session of a target: guarded at the transport, no redirects, no proxies, no retries of its own."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, ProxyManager
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from appointment_conformance.errors import RequestRefused
from appointment_reports import Request, Response

from .content import content_of
from .guard import RequestGuard
from .raw_connection import ENDED_EARLY, Answer, Timeouts, unending, unreadable
from .response_limits import HEAD_CAP, LIMITED_POOLS
from .route import Route

#: How http.client begins to say that a proxy opens no tunnel.
REFUSED_TUNNEL = "Tunnel connection failed"


class GuardedAdapter(HTTPAdapter):
    """Sends what the guard lets through, whoever asks."""

    def __init__(self, guard: RequestGuard, context: ssl.SSLContext) -> None:
        """Guard every request of the session this adapter is mounted on; `context` is what TLS is spoken with."""
        self._context = context
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)
        self.guard = guard

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let every answer be metered."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = LIMITED_POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        """Let every answer that comes through a proxy be metered, too."""
        manager: ProxyManager = super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)
        manager.pool_classes_by_scheme = LIMITED_POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send `request`, or raise RequestRefused."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        self.guard.check(request.method or "", request.url or "", body)
        return super().send(request, *args, **kwargs)


class PlainSession(requests.Session):
    """A session that looks at no redirect: the original reads the whole content of one before it is asked to follow."""

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        """Yield nothing."""
        del args, kwargs
        yield from ()


def session(guard: RequestGuard, headers: Mapping[str, str], route: Route) -> requests.Session:
    """Return a session with `headers` on every request that can reach the guard's target and nothing else."""
    made = PlainSession()
    made.trust_env = False
    # A cookie of one answer would be a credential of the next request, and in no record of it.
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.verify = str(route.ca_file)
    made.proxies = {"http": route.proxy, "https": route.proxy} if route.proxy else {}
    made.headers.update(headers)
    adapter = GuardedAdapter(guard, route.tls_context())
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made


def set_guard(connected: requests.Session, guard: RequestGuard) -> None:
    """Let `guard` decide about every later request of a session made here."""
    for adapter in connected.adapters.values():
        if isinstance(adapter, GuardedAdapter):
            adapter.guard = guard


def renew(connected: requests.Session) -> None:
    """Let the next request go out on a new connection: the server may be about to close the one that was used."""
    for adapter in connected.adapters.values():
        adapter.close()


def exchange(connected: requests.Session, request: Request, timeouts: Timeouts) -> Answer:
    """Send `request` exactly as it stands and return what came back, content capped and decoded.

    Whatever the target does, this ends once the connection stands and `timeouts.answer` has passed.
    """
    try:
        received = connected.send(
            _prepared(connected, request),
            stream=True,
            allow_redirects=False,
            timeout=(timeouts.connect, timeouts.answer),
        )
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        is_late = _timed_out(error) and not isinstance(error, requests.ConnectTimeout)
        told = f"timed out after {timeouts.answer:g} seconds" if is_late else _sentence(error)
        return Answer(None, told, unsent=_never_connected(error), dropped=not _timed_out(error))
    with received:
        return _answer(cast("HTTPResponse", received.raw), received.reason or "", timeouts)


def _sentence(error: BaseException) -> str:
    """What went wrong at the bottom of it: libraries wrap the same refusal three times over."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, http.client.RemoteDisconnected):
        return ENDED_EARLY
    if isinstance(error, http.client.BadStatusLine):
        return unreadable(str(error.args[0]).encode("latin-1", "replace"))
    said = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {said or error}"


def _timed_out(error: BaseException | None) -> bool:
    """Whether the time was over, and not the connection."""
    while error is not None:
        if isinstance(error, requests.Timeout | TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _never_connected(error: Exception) -> bool:
    """Whether no connection came about, to the target or through its proxy: one that broke may have carried it all."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = (
        getattr(error.args[0], "reason", None) if isinstance(error, requests.ConnectionError) and error.args else None
    )
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    return isinstance(reason, NewConnectionError | ConnectTimeoutError) or str(reason).startswith(REFUSED_TUNNEL)


def _prepared(connected: requests.Session, request: Request) -> requests.PreparedRequest:
    prepared = connected.prepare_request(
        requests.Request(request.method, request.url, headers=dict(request.headers), data=request.body)
    )
    # requests would normalise the escapes that some probes are about.
    prepared.url = request.url
    if request.body == b"":
        prepared.headers["Content-Length"] = "0"
    return prepared


def _answer(raw: HTTPResponse, reason: str, timeouts: Timeouts) -> Answer:
    headers = tuple((str(name), str(value)) for name, value in raw.headers.iteritems())
    if sum(len(name) + len(value) for name, value in headers) + len(reason) > HEAD_CAP:
        return Answer(None, f"the head of the answer is longer than {HEAD_CAP} bytes")
    content, error, ended = content_of(raw)
    response = Response(
        status=raw.status,
        headers=headers,
        body=content,
        reason=reason,
        http_version="HTTP/1.0" if raw.version == 10 else "HTTP/1.1",
        truncated=not ended,
        wire_length=raw.tell() if "content-length" in raw.headers else None,
    )
    return Answer(response, error if ended else unending(timeouts, content))


@contextmanager
def block_unguarded_requests() -> Iterator[None]:
    """Within the block no `requests` session of this process sends anything, save through a GuardedAdapter.

    Libraries make sessions of their own for some checks; what they would send never passes a guard.
    """
    original = HTTPAdapter.send

    def refuse(adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if isinstance(adapter, GuardedAdapter):
            return original(adapter, request, *args, **kwargs)
        raise RequestRefused(f"{request.method} {request.url}: this request did not come through the guard.")

    with patch.object(HTTPAdapter, "send", refuse):
        yield
