"""Faults of Omneo's borders between accounts, and of tokens that have an end or named rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.reference import shared_faults_accounts as flaws
from appointment_conformance.reference.mutation import fault, flaw

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment

FOREIGN = (
    flaw(flaws.ForeignServed, LinkAction, "OMN-OWN-01", of="link-"),
    flaw(flaws.ForeignServed, UnlinkAction, "OMN-OWN-01", of="unlink-"),
    flaw(flaws.ForeignAnswers200, LinkAction, "OMN-OWN-01", of="link-"),
    flaw(flaws.ForeignAnswers200, UnlinkAction, "OMN-OWN-01", of="unlink-"),
)


class _Stamped(flaws.ForeignRefusedAndServed, Linking):
    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        await super().change(appointment, target)
        if appointment.is_foreign:
            appointment.members["updated_at"] = f"2031-03-01 09:{next(self.state.numbers) % 60:02d}:00"


@fault("OMN-OWN-02", home=LinkAction)
class ForeignRefusedAndLinked(_Stamped):
    """A link of another account's appointment is answered 404 and carried out, as its time of change shows."""


@fault("OMN-OWN-02", home=UnlinkAction)
class ForeignRefusedAndUnlinked(_Stamped):
    """An unlink of another account's appointment is answered 404 and carried out, as its time of change shows."""


EXPIRED = (
    flaw(flaws.ExpiredTokenServed, Linking, "OMN-AUTH-09", entails=("OMN-EFFECT-02",)),
    flaw(flaws.ExpiredTokenServed, LinkAction, "OMN-AUTH-09", entails=("OMN-EFFECT-02",), of="link-"),
    flaw(flaws.ExpiredTokenServed, UnlinkAction, "OMN-AUTH-09", entails=("OMN-EFFECT-02",), of="unlink-"),
    flaw(flaws.ExpiredTokenAnswers403, Linking, "OMN-AUTH-09"),
    flaw(flaws.ExpiredTokenRefusedAndServed, Linking, "OMN-EFFECT-02"),
)

SECOND = (
    flaw(flaws.NamedRightsRefused, Linking, "OMN-AUTH-10"),
    flaw(flaws.NamedRightsRefused, UnlinkAction, "OMN-AUTH-10", of="unlink-"),
    flaw(flaws.TokenWithAnEndUnknown, LinkAction, "OMN-AUTH-10", of="link-"),
)
