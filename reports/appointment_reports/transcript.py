"""A request and its response as HTTP messages, with escapes and a maximum length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .visible import BODY_LIMIT, visible_body, visible_line

if TYPE_CHECKING:
    from .result import Exchange, Headers, Request, Response

#: Maximum header lines; a hostile answer may have thousands.
HEADER_LIMIT = 60


def request_text(request: Request, limit: int = BODY_LIMIT) -> str:
    """Return the request line, headers and body; the body has at most `limit` characters."""
    head = [visible_line(f"{request.method} {request.url}", 1000), *_header_lines(request.headers)]
    return _message(head, request.body or b"", limit)


def response_text(exchange: Exchange, limit: int = BODY_LIMIT) -> str:
    """Return the status line, headers and body, or why no response arrived; the body has at most `limit` characters."""
    response = exchange.response
    if response is None:
        return f"no response: {visible_line(exchange.error or 'the reason is not known')}"
    status = visible_line(f"{response.http_version} {response.status} {response.reason}".rstrip())
    return _message([status, *_header_lines(response.headers)], response.body, limit) + _notes(response)


def _message(head: list[str], body: bytes, limit: int) -> str:
    return "\n".join([*head, "", visible_body(body, limit)] if body else head)


def _header_lines(headers: Headers) -> list[str]:
    lines = [visible_line(f"{name}: {value}") for name, value in headers[:HEADER_LIMIT]]
    left = len(headers) - HEADER_LIMIT
    return [*lines, f"[... {left} headers left out ...]"] if left > 0 else lines


def _notes(response: Response) -> str:
    notes = ["[the recorded body ends here; the answer was longer]"] if response.truncated else []
    if response.stray:
        notes.append(f"[{len(response.stray)} stray bytes follow] {visible_body(response.stray, 1000)}")
    return "".join(f"\n{note}" for note in notes)
