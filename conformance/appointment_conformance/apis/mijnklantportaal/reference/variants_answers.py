"""Conformant varieties of what answers look like, and of what frameworks bring at their defaults."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.neighbours import ReadAction
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.reference import shared_variants
from appointment_conformance.reference.mutation import shared_variant, variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from appointment_conformance.apis.mijnklantportaal.reference.state import Record
    from appointment_conformance.reference.call import Answer, Call


@variant
class NullMembers(MijnKlantportaalRules):
    """An appointment has neither a customer nor a meeting."""

    def shown(self, appointment: Record) -> object:
        return appointment | {"customerId": None, "onlineMeetingLink": None}


@variant
class ExtraMembers(MijnKlantportaalRules):
    """Appointments have members the documents do not know."""

    def shown(self, appointment: Record) -> object:
        return appointment | {"name": "Intake", "location": {"floor": 2}}


@variant
class DatesInUtc(MijnKlantportaalRules):
    """Dates are in UTC and end in Z."""

    def shown(self, appointment: Record) -> object:
        return appointment | {name: _in_utc(appointment[name]) for name in ("startsAt", "endsAt", "createdAt")}


def _in_utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@variant
class NoRateLimitHeaders(MijnKlantportaalRules):
    """Answers do not say what is left of the rate limit."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        headers = super().headers(call, answer)
        return {name: value for name, value in headers.items() if not name.startswith("X-RateLimit")}


@variant
class MeetingNamedOnlyWhileScheduled(CancelAction):
    """The answer to a cancel leaves the meeting out."""

    def shown(self, appointment: Record) -> object:
        return {name: value for name, value in appointment.items() if name != "onlineMeetingLink"}


READS = (shared_variant(shared_variants.ReadsAnswerAPage, ReadAction, of="cancel-"),)


@variant
class AllowNamesTheFirstRoute(MijnKlantportaalRules):
    """A 405 names the methods of the first route that has the path, and no others."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return await super().undeclared(call, allowed[:1])
