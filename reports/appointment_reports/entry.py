"""The entry that declares a failure in a file of known deviations, for copying."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from .tally import outcome

if TYPE_CHECKING:
    from .result import RequirementResult, RunResult

#: The days until a new entry expires; the owner of the target can change the date.
DAYS = 90


def entry_of(result: RunResult, requirement: RequirementResult) -> str | None:
    """Return the entry that declares a failed requirement; None if it has not failed or has no fingerprint."""
    failure = requirement.failure
    if outcome(requirement) != "failed" or failure is None or not failure.fingerprint:
        return None
    today = result.started_at.date()
    return deviation_entry(requirement.id, requirement.operation, failure.fingerprint, today=today)


def deviation_entry(requirement: str, operation: str, fingerprint: str, *, today: date) -> str:
    """Return one YAML list entry that expires 90 days after `today`; each line has a line end.

    Reason, ticket and owner are empty; a run refuses the entry until they are filled in.
    """
    fields = {
        "requirement": requirement,
        "operation": operation,
        "fingerprint": fingerprint,
        "reason": '""',
        "ticket": '""',
        "owner": '""',
        "expires": (today + timedelta(days=DAYS)).isoformat(),
    }
    first, *rest = (f"{name}: {value}\n" for name, value in fields.items())
    return f"- {first}" + "".join(f"  {line}" for line in rest)
