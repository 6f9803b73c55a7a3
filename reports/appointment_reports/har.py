"""The recorded exchanges as a HAR 1.2 file."""

from __future__ import annotations

import base64
from datetime import UTC
from typing import TYPE_CHECKING, TextIO
from urllib.parse import parse_qsl

import harfile

from .visible import visible_body, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .result import Exchange, Headers, Request, Response

CREATOR = "appointment-conformance"


def write_har(exchanges: Iterable[Exchange], path: Path, *, version: str = "unknown") -> None:
    """Write one entry for each exchange to `path`. Only one exchange is kept in memory at a time.

    An exchange without a response has status 0 and its error as a comment. `version` is the version of the suite.
    Bodies that are not UTF-8 are written as base64 (responses) or with escapes (requests). Raises OSError if `path`
    cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _write(exchanges, file, harfile.Creator(name=CREATOR, version=visible_line(version)))


def _write(exchanges: Iterable[Exchange], file: TextIO, creator: harfile.Creator) -> None:
    with harfile.HarFile.open(file, creator=creator) as har:
        for exchange in exchanges:
            milliseconds = round(exchange.duration_seconds * 1000, 3)
            har.add_entry(
                startedDateTime=exchange.started_at.astimezone(UTC),
                time=milliseconds,
                request=_request(exchange.request, _version(exchange)),
                response=_response(exchange),
                timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
                comment=visible_line(f"{exchange.number} {exchange.operation} {exchange.scenario}: {exchange.probe}"),
            )


def _request(request: Request, version: str) -> harfile.Request:
    query = request.url.partition("#")[0].partition("?")[2]
    return harfile.Request(
        method=visible_line(request.method),
        url=visible_line(request.url, None),
        httpVersion=version,
        headers=_records(request.headers),
        queryString=_records(tuple(parse_qsl(query, keep_blank_values=True))),
        postData=None if request.body is None else _post_data(request.headers, request.body),
        bodySize=len(request.body or b""),
    )


def _post_data(headers: Headers, body: bytes) -> harfile.PostData:
    return harfile.PostData(mimeType=_value(headers, "content-type"), text=visible_body(body, None))


def _response(exchange: Exchange) -> harfile.Response:
    response = exchange.response
    if response is None:
        error = visible_line(exchange.error or "no response arrived")
        return harfile.Response(status=0, statusText="", httpVersion="", comment=error)
    return harfile.Response(
        status=response.status,
        statusText=visible_line(response.reason),
        httpVersion=_version(exchange),
        headers=_records(response.headers),
        content=_content(response),
        redirectURL=_value(response.headers, "location"),
        bodySize=-1 if response.wire_length is None else response.wire_length,
        comment=f"{len(response.stray)} stray bytes: {visible_body(response.stray)}" if response.stray else None,
    )


def _content(response: Response) -> harfile.Content:
    kind = _value(response.headers, "content-type")
    comment = "the recording of the content stopped here" if response.truncated else None
    if response.left_out:
        return harfile.Content(size=0, mimeType=kind, text="", comment=visible_line(response.left_out))
    try:
        text, encoding = response.body.decode(), None
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(response.body).decode(), "base64"
    return harfile.Content(size=len(response.body), mimeType=kind, text=text, encoding=encoding, comment=comment)


def _records(pairs: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=visible_line(name, None), value=visible_line(value, None)) for name, value in pairs]


def _value(headers: Headers, wanted: str) -> str:
    return next((visible_line(value, None) for name, value in headers if name.lower() == wanted), "")


def _version(exchange: Exchange) -> str:
    return visible_line(exchange.response.http_version) if exchange.response else "HTTP/1.1"
