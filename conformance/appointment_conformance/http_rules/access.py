"""What both APIs ask of whoever may act: the keys that are needed to see it, and the answers that show it."""

from __future__ import annotations

from typing import Final

from appointment_conformance.engine import Evidence, NotApplicable
from appointment_conformance.traffic.recording import Seen

FOREIGN: Final = "add fixtures.foreign_appointments: of another account, made for this, out of the token's reach."
EXPIRED: Final = "add expired_token: one that has worked and is past its end."
SECOND: Final = "add second_token: another valid one, in another form."


def answers_to_wrong_credentials(evidence: Evidence, of: str) -> tuple[Seen, ...]:
    """Return the answers to one kind of wrong credentials that show whether these were looked at.

    An appointment that does not exist may be found missing before the credentials are looked at.
    """
    absent = evidence.target.absent_appointment
    return evidence.seen("credentials", of=of, where=lambda one: one.probe.appointment != absent or one.status != 404)


def check_token_allows(evidence: Evidence, of: str) -> None:
    """Raise NotApplicable where one kind of wrong credentials cannot be made of the token of this target."""
    made_of_it = {"altered": evidence.target.altered_token, "truncated": evidence.target.truncated_token}
    if not made_of_it.get(of, "another kind"):
        raise NotApplicable(f"the token is too short, or has no letters, to be {of}")
