"""Ask a token endpoint for an access token (RFC 6749, sections 4.3, 4.4 and 6)."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from appointment_conformance.errors import NotTestable, RequestRefused
from appointment_conformance.targets import Target
from appointment_conformance.targets.address import endpoint_of
from appointment_conformance.targets.token_source import OAuth2
from appointment_reports import Request, Response, visible_line

from .obtained_token import ObtainedToken
from .raw_connection import Answer, Timeouts
from .requests_session import open_session, send_request
from .route import Route

#: Maximum characters of what the endpoint says about an error.
MAX_ERROR = 200
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class TokenGuard:
    """Allows one request: a POST to the token endpoint of the targets file, whatever its host."""

    token_url: str

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Raise RequestRefused unless it is that request."""
        del body
        if (method, url) != ("POST", self.token_url):
            raise RequestRefused(f"{method} {url}: this is not the token endpoint.")


def request_token(source: OAuth2, target: Target, headers: Mapping[str, str]) -> ObtainedToken:
    """Return the token that the endpoint gives. Raises NotTestable, which names the key and holds no secret.

    The request takes the route of the target; `headers` are those of the suite. A gate's own headers are sent only to
    the host of the target: another host must not learn them.
    """
    answer = _answer(_request(source, _headers(source, target, headers)), target)
    if answer.response is None:
        raise NotTestable(f"{source.key}: {source} gives no answer: {answer.error}.")
    return _token(source, answer.response, answer.error)


def _headers(source: OAuth2, target: Target, headers: Mapping[str, str]) -> dict[str, str]:
    is_same_host = endpoint_of(source.token_url.partition("?")[0]) == endpoint_of(target.base_url)
    return {**headers, **({header.name: header.value for header in target.headers} if is_same_host else {})}


def _request(source: OAuth2, headers: dict[str, str]) -> Request:
    form = {"grant_type": source.grant, "scope": source.scope}
    if source.grant == "password":
        form |= {"username": source.username, "password": source.password}
    if source.grant == "refresh_token":
        form["refresh_token"] = source.refresh_token
    if source.client_secret and source.client_authentication == "basic":
        # Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
        pair = f"{quote_plus(source.client_id)}:{quote_plus(source.client_secret)}"
        headers = {**headers, "Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    else:
        form |= {"client_id": source.client_id, "client_secret": source.client_secret}
    body = urlencode({name: value for name, value in form.items() if value}).encode()
    return Request("POST", source.token_url, (*headers.items(), _FORM), body)


def _answer(request: Request, target: Target) -> Answer:
    timeouts = Timeouts(connect=target.limits.connect_timeout_seconds, answer=target.limits.timeout_seconds)
    with open_session(TokenGuard(request.url), {}, Route.to(target).with_public_authorities()) as session:
        return send_request(session, request, timeouts)


def _token(source: OAuth2, response: Response, error: str | None) -> ObtainedToken:
    data = _object(response.body)
    if response.status != 200 or not isinstance(data.get("access_token"), str):
        raise NotTestable(f"{source.key}: {source} gives no token, but {_told(response, data, error)}.")
    token_type = str(data.get("token_type") or "bearer")
    if token_type.lower() != "bearer":
        # What is longer than the types that are known may be a secret in the wrong member.
        told = f"the type {token_type}" if re.fullmatch(r"[A-Za-z_]{1,12}", token_type) else "another type"
        raise NotTestable(f"{source.key}: the token is of {told}, not Bearer.")
    renewed = data.get("refresh_token")
    return ObtainedToken(
        data["access_token"], _seconds(data.get("expires_in")), renewed if isinstance(renewed, str) else ""
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _told(response: Response, data: dict[str, Any], error: str | None) -> str:
    """Return the status, and what the endpoint says about the error (RFC 6749, section 5.2), or else what came.

    Nothing else of the body is quoted, as it may hold a token.
    """
    words = [str(data[key]) for key in ("error", "error_description") if isinstance(data.get(key), str)]
    if said := visible_line(": ".join(words), MAX_ERROR).rstrip("."):
        return f"status {response.status} ({said})"
    media = next((value for name, value in response.headers if name.lower() == "content-type"), "").partition(";")[0]
    came = f" with {visible_line(media, 80)}" if media else ""
    return f"status {response.status}{came}{f': {error}' if error else ''}"


def _seconds(value: object) -> float | None:
    """Return `expires_in` as seconds; some servers write it as text. None if it is no such number."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:12])
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value < 1e12 else None
