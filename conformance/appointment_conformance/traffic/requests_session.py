"""The `requests` session of a target: every request passes the guard; no redirects, cookies or retries."""

from __future__ import annotations

import http.client
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
from .guard import Guard
from .raw_connection import ENDED_EARLY, Answer, Timeouts, describe_unfinished, describe_unreadable
from .response_limits import HEAD_CAP, LIMITED_POOLS
from .route import Route

#: Beginning of http.client's message if a proxy refuses a tunnel.
REFUSED_TUNNEL = "Tunnel connection failed"


class GuardedAdapter(HTTPAdapter):
    """Sends only requests that the guard allows, also those that a library sends."""

    def __init__(self, guard: Guard, route: Route) -> None:
        """Guard every request of the session that mounts this adapter; `route` says how TLS is used."""
        self._context, self._proxy_context = route.tls_context(), route.proxy_tls_context()
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)
        self.guard = guard

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Limit every answer."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = LIMITED_POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        """Limit every answer that comes through a proxy, too."""
        manager: ProxyManager = super().proxy_manager_for(
            proxy, ssl_context=self._context, proxy_ssl_context=self._proxy_context, **proxy_kwargs
        )
        manager.pool_classes_by_scheme = LIMITED_POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send `request`. Raises RequestRefused if the guard refuses it."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        self.guard.check(request.method or "", request.url or "", body)
        return super().send(request, *args, **kwargs)


class PlainSession(requests.Session):
    """A session that ignores redirects: the original reads the whole content of one, even if it must not follow it."""

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        """Yield nothing."""
        del args, kwargs
        yield from ()


def open_session(guard: Guard, headers: Mapping[str, str], route: Route) -> requests.Session:
    """Return a session that sends `headers` with every request, and only requests that the guard allows."""
    opened = PlainSession()
    opened.trust_env = False
    # A cookie of one answer would be sent with the next request without being recorded.
    opened.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    opened.verify = str(route.ca_file)
    opened.proxies = {"http": route.proxy, "https": route.proxy} if route.proxy else {}
    opened.headers.update(headers)
    adapter = GuardedAdapter(guard, route)
    opened.mount("http://", adapter)
    opened.mount("https://", adapter)
    return opened


def set_guard(connected: requests.Session, guard: Guard) -> None:
    """Replace the guard of a session for all later requests."""
    for adapter in connected.adapters.values():
        if isinstance(adapter, GuardedAdapter):
            adapter.guard = guard


def renew_connections(connected: requests.Session) -> None:
    """Send the next request on a new connection: the server may be about to close the one that was used."""
    for adapter in connected.adapters.values():
        adapter.close()


def send_request(connected: requests.Session, request: Request, timeouts: Timeouts) -> Answer:
    """Send `request` exactly as it is and return the answer, with content decoded and limited.

    Whatever the target does, this returns at the latest `timeouts.answer` seconds after the connection is open.
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
        message = f"timed out after {timeouts.answer:g} seconds" if is_late else _describe_error(error)
        return Answer(None, message, unsent=_never_connected(error), dropped=not _timed_out(error))
    with received:
        return _answer(cast("HTTPResponse", received.raw), received.reason or "", timeouts)


def _describe_error(error: BaseException) -> str:
    """Return the message of the innermost error, as libraries wrap the same error several times."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, http.client.RemoteDisconnected):
        return ENDED_EARLY
    if isinstance(error, http.client.BadStatusLine):
        return describe_unreadable(str(error.args[0]).encode("latin-1", "replace"))
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason or error}"


def _timed_out(error: BaseException | None) -> bool:
    """Whether the cause was a timeout, and not a broken connection."""
    while error is not None:
        if isinstance(error, requests.Timeout | TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _never_connected(error: Exception) -> bool:
    """Whether no connection was made, directly or through the proxy; a broken one may have sent the whole request."""
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
    # requests would normalise the escapes that some probes test.
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
    return Answer(response, error if ended else describe_unfinished(timeouts, content))


@contextmanager
def block_unguarded_requests() -> Iterator[None]:
    """Inside the block, only sessions with a GuardedAdapter can send requests in this process; others are refused.

    Libraries make sessions of their own for some checks, and the requests of those do not pass a guard.
    """
    original = HTTPAdapter.send

    def refuse(adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if isinstance(adapter, GuardedAdapter):
            return original(adapter, request, *args, **kwargs)
        raise RequestRefused(f"{request.method} {request.url}: this request did not pass the guard.")

    with patch.object(HTTPAdapter, "send", refuse):
        yield
