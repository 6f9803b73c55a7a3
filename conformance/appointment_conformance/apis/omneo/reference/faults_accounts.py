"""Faults of Omneo's borders between accounts, and of tokens that have an end or named rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.reference import shared_faults_accounts as shared_faults
from appointment_conformance.reference.mutation import fault, shared_fault

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment

FOREIGN = (
    shared_fault(shared_faults.ForeignServed, LinkAction, "OMN-OWN-01", of="link-"),
    shared_fault(shared_faults.ForeignServed, UnlinkAction, "OMN-OWN-01", of="unlink-"),
    shared_fault(shared_faults.ForeignAnswers200, LinkAction, "OMN-OWN-01", of="link-"),
    shared_fault(shared_faults.ForeignAnswers200, UnlinkAction, "OMN-OWN-01", of="unlink-"),
)


class _Stamped(shared_faults.ForeignRefusedAndServed, Linking):
    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        await super().change(appointment, target)
        if appointment.is_foreign:
            appointment.members["updated_at"] = f"2031-03-01 09:{next(self.state.numbers) % 60:02d}:00"


@fault("OMN-OWN-02", operation=LinkAction)
class ForeignRefusedAndLinked(_Stamped):
    """A link of another account's appointment is answered 404 and carried out, as its time of change shows."""


@fault("OMN-OWN-02", operation=UnlinkAction)
class ForeignRefusedAndUnlinked(_Stamped):
    """An unlink of another account's appointment is answered 404 and carried out, as its time of change shows."""


EXPIRED = (
    shared_fault(shared_faults.ExpiredTokenServed, Linking, "OMN-AUTH-09", entails=("OMN-EFFECT-02",)),
    shared_fault(shared_faults.ExpiredTokenServed, LinkAction, "OMN-AUTH-09", entails=("OMN-EFFECT-02",), of="link-"),
    shared_fault(
        shared_faults.ExpiredTokenServed, UnlinkAction, "OMN-AUTH-09", entails=("OMN-EFFECT-02",), of="unlink-"
    ),
    shared_fault(shared_faults.ExpiredTokenAnswers403, Linking, "OMN-AUTH-09"),
    shared_fault(shared_faults.ExpiredTokenRefusedAndServed, Linking, "OMN-EFFECT-02"),
)

SECOND = (
    shared_fault(shared_faults.NamedRightsRefused, Linking, "OMN-AUTH-10"),
    shared_fault(shared_faults.NamedRightsRefused, UnlinkAction, "OMN-AUTH-10", of="unlink-"),
    shared_fault(shared_faults.TokenWithAnEndUnknown, LinkAction, "OMN-AUTH-10", of="link-"),
)
