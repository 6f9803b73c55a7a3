"""What every API asks of whoever may act: the keys that are needed to see it, and the answers that show it."""

from __future__ import annotations

from typing import Final

from appointment_conformance.engine import Evidence, NotApplicable
from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import Credentials
from appointment_conformance.traffic.recording import Seen

EXPIRED: Final = "add expired_token: one that has worked and is past its end."
SECOND: Final = "add second_token: another valid one, in another form."


#: Other schemes than Bearer.
SCHEMES: Final = (Credentials.SCHEME, Credentials.MADE_UP_SCHEME)


def foreign_remedy(target: Target) -> str:
    """Return what to add to `target` so that requirements about records of another account can be judged."""
    key = target.form.key_of("foreign_appointments")
    return f"add {key}: of another account, made for this, out of the token's reach."


def answers_to_wrong_credentials(evidence: Evidence, *kinds: Credentials) -> tuple[Seen, ...]:
    """Return the answers to these kinds of wrong credentials that show whether these were looked at.

    An appointment that does not exist may be found missing before the credentials are looked at.
    """
    absent, cases = evidence.target.absent_appointment, frozenset(kind.case for kind in kinds)
    return evidence.seen(
        "credentials", case=cases, where=lambda one: one.probe.appointment != absent or one.status != 404
    )


def check_token_allows(evidence: Evidence, *kinds: Credentials) -> None:
    """Raise NotApplicable where one kind of wrong credentials cannot be made of the token of this target."""
    made_of_it = {
        Credentials.ALTERED: evidence.target.altered_token,
        Credentials.TRUNCATED: evidence.target.truncated_token,
    }
    for kind in kinds:
        if not made_of_it.get(kind, "another kind"):
            raise NotApplicable(f"the token is too short, or has no letters, to be {kind}")
