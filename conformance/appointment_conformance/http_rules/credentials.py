"""Rules about who may act, for any API with bearer tokens: each kind of wrong credentials, and a second valid token.

A requirement of an API names its own statuses and calls one of these checks.
"""

from __future__ import annotations

from typing import Final

from appointment_conformance.engine import Evidence, NotApplicable
from appointment_conformance.traffic.case import SECOND, Credentials
from appointment_conformance.traffic.recording import Seen

#: Other schemes than Bearer.
SCHEMES: Final = (Credentials.SCHEME, Credentials.MADE_UP_SCHEME)
#: Credentials that name nobody, in groups.
NOBODY: Final = (
    (Credentials.NONE,),
    (Credentials.UNKNOWN,),
    SCHEMES,
    (Credentials.ALTERED,),
    (Credentials.TRUNCATED,),
    (Credentials.EXPIRED,),
)


def check_no_credentials(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for a request without credentials."""
    _check(evidence, Credentials.NONE, allowed=allowed)


def check_unknown_token(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for a token that nobody was given."""
    _check(evidence, Credentials.UNKNOWN, allowed=allowed)


def check_other_scheme(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for the token under another scheme than Bearer."""
    _check(evidence, *SCHEMES, allowed=allowed)


def check_scheme_ending_in_bearer(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for the token under a scheme whose name only ends in Bearer."""
    _check(evidence, Credentials.SCHEME_ENDING, allowed=allowed)


def check_text_after_token(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` where more text follows the token."""
    _check(evidence, Credentials.JUNK_AFTER, allowed=allowed)


def check_altered_token(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for the token in altered case.

    Raises NotApplicable where the token has no letters.
    """
    _check_changed_token(evidence, evidence.target.altered_token, Credentials.ALTERED, allowed)


def check_truncated_token(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for the token without its last character.

    Raises NotApplicable where the token is too short.
    """
    _check_changed_token(evidence, evidence.target.truncated_token, Credentials.TRUNCATED, allowed)


def check_expired_token(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for a token that is past its end.

    Raises OptionalMissing where the target declares none.
    """
    evidence.need_optional(evidence.target.expired_token, "add expired_token: one that has worked and is past its end.")
    _check(evidence, Credentials.EXPIRED, allowed=allowed)


def check_token_without_permission(evidence: Evidence, *allowed: int, permission: str = "the permission") -> None:
    """Expect one of the statuses `allowed` for a valid token that lacks `permission`.

    Raises Untested where the target declares none, or where it is answered as an unknown token is.
    """
    remedy = f"add forbidden_token, a valid token without {permission}."
    evidence.need(evidence.target.forbidden_token, remedy)
    evidence.need_valid_token("forbidden_token", Credentials.FORBIDDEN.case)
    _check(evidence, Credentials.FORBIDDEN, allowed=allowed)


def check_nobody(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for every kind of credentials that names nobody."""
    for kinds in NOBODY:
        _check(evidence, *kinds, allowed=allowed)


def answers_to_second_token(evidence: Evidence) -> tuple[Seen, ...]:
    """Return the answers to requests with the target's second token.

    Raises OptionalMissing where the target declares none, and Untested where it is answered as an unknown token is.
    """
    evidence.need_optional(evidence.target.second_token, "add second_token: another valid one, in another form.")
    evidence.need_valid_token("second_token", SECOND)
    return evidence.seen("second")


def _check_changed_token(evidence: Evidence, token: str | None, kind: Credentials, allowed: tuple[int, ...]) -> None:
    """Expect one of the statuses `allowed` for `token`, which was made of the target's; not every one can be."""
    if not token:
        raise NotApplicable(f"the token is too short, or has no letters, to be {kind}")
    _check(evidence, kind, allowed=allowed)


def _check(evidence: Evidence, *kinds: Credentials, allowed: tuple[int, ...]) -> None:
    """Expect one of the statuses `allowed` of the answers to these kinds that show whether they were looked at.

    A record that does not exist may be found missing before the credentials are looked at.
    """
    absent, cases = evidence.target.absent_appointment, frozenset(kind.case for kind in kinds)
    for seen in evidence.seen("credentials", case=cases):
        if seen.probe.appointment != absent or seen.status != 404:
            evidence.expect_status(seen, *allowed)
