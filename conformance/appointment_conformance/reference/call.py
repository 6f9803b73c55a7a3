"""Requests to and answers of the reference API, independent of the web server."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

__all__ = ["Answer", "Call", "Refused"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its whole content. Header names are in lower case."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    async def read(cls, request: Request) -> Call:
        """Return the request after all its content has arrived."""
        body = await request.body()
        return cls(request.method, request.path_params, request.query_params, request.headers, body)

    @property
    def appointment(self) -> str:
        """The id of the appointment in the path, percent-decoded once; empty if the path has none."""
        return self.path.get("appointment", "")

    @property
    def is_write(self) -> bool:
        """Whether the method may change something (RFC 9110, section 9.2.1)."""
        return self.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with the JSON value to send; a content of `None` means an answer without content."""

    status: int
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the server
    """Raised to answer a request with an error; `errors` maps each wrong field to its messages."""

    def __init__(
        self,
        status: int,
        message: str = "",
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Store the parts of the answer; the default message is the standard phrase of the status."""
        super().__init__(status, message)
        self.status = status
        self.message = message or HTTPStatus(status).phrase
        self.errors = errors
        self.headers = headers or {}
