"""Conformant varieties that frameworks, validators and proxies in wide use bring at their defaults."""
# ruff: noqa: ARG002, D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.reference.fault import variant
from appointment_conformance.reference.mijnklantportaal_neighbours import ReadAction
from appointment_conformance.reference.omneo_neighbours import AppointmentRead
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from appointment_conformance.reference.call import Call

PAGE = "<!DOCTYPE html><title>Not Found</title><h1>Not Found</h1>"


class _AnswersAPage(Rules):
    async def respond(self, call: Call) -> Response:
        self.remember(call)
        return Response(PAGE, 404, media_type="text/html")


@variant
class LinkReadsAnswerAPage(_AnswersAPage, AppointmentRead):
    """An appointment cannot be read, and the router says so with its stock page."""


@variant
class CancelReadsAnswerAPage(_AnswersAPage, ReadAction):
    """An appointment cannot be read, and the router says so with its stock page."""


@variant
class LinkReadsBreak(AppointmentRead):
    """A read of an appointment, which no page of the contract describes, breaks down."""

    async def respond(self, call: Call) -> Response:
        self.remember(call)
        return Response("Internal Server Error", 500, media_type="text/plain")
