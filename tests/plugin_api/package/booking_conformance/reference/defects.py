"""The faults of the bookings server, and the varieties that conform."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appointment_conformance.reference import (
    Call,
    Refused,
    fault,
    shared_fault,
    shared_faults,
    shared_faults_accounts,
    shared_variants,
    variant,
)

from .serving import ConfirmAction, ReadAction

if TYPE_CHECKING:
    from collections.abc import Sequence

OF = "confirm-"


@fault("BKG-CONF-01")
class ConfirmAnswers202(ConfirmAction):
    """A confirmation is answered 202."""

    success = 202


@fault("BKG-CONF-02")
class ConfirmShowsNoTime(ConfirmAction):
    """The answer to a confirmation lacks `confirmed_at`."""

    def shown(self, booking: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in booking.items() if name != "confirmed_at"}


@fault("BKG-CONF-03")
class ConfirmShowsAnotherId(ConfirmAction):
    """The answer to a confirmation has the id of another booking."""

    def shown(self, booking: dict[str, Any]) -> dict[str, Any]:
        return {**booking, "id": "bk_another"}


@fault("BKG-CONF-04")
class ConfirmAgainAnswers200(ConfirmAction):
    """A booking can be confirmed again."""

    def is_settled(self, booking: dict[str, Any]) -> bool:  # noqa: ARG002 - whatever it is
        return False


@fault("BKG-CONF-05")
class ReadsStayPending(ReadAction):
    """Reads show every booking as pending."""

    def shown(self, booking: dict[str, Any]) -> dict[str, Any]:
        return {**booking, "status": "pending"}


@fault("BKG-PATH-02")
class ConfirmFindsByWildcard(ConfirmAction):
    """A booking is found by a pattern with wildcards."""

    def find(self, text: str) -> dict[str, Any] | None:
        return super().find(text.rstrip("%"))


SHARED = (
    shared_fault(shared_faults.AbsentAnswers400, ConfirmAction, "BKG-PATH-01", of=OF),
    shared_fault(
        shared_faults.AbsentAnswers500, ConfirmAction, "BKG-ERR-01", entails=("BKG-PATH-01", "BKG-PATH-02"), of=OF
    ),
    shared_fault(shared_faults.NoCredentialsNeeded, ConfirmAction, "BKG-AUTH-01", of=OF),
    shared_fault(shared_faults.AnyTokenServed, ConfirmAction, "BKG-AUTH-01", of=OF),
    shared_fault(shared_faults.PermissionIgnored, ConfirmAction, "BKG-AUTH-02", of=OF),
    shared_fault(shared_faults_accounts.ForeignServed, ConfirmAction, "BKG-OWN-01", of=OF),
)


@variant
class ReadsAreNotServed(ReadAction):
    """A booking cannot be read."""

    def steps(self) -> Sequence[Any]:
        return (self.credentials, self._nothing)

    def _nothing(self, call: Call) -> None:
        del call
        raise Refused(404)


VARIANTS = (shared_variants.AppointmentBeforeCredentials,)
