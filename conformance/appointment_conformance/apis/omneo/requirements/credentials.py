"""Omneo: who may act."""

from __future__ import annotations

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.links import facts_of
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.http_rules import credentials as rules
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult

BOTH = ("link", "unlink")
CREDENTIALS = ("preflight", "essentials", "credentials")
SOURCE = "Omneo, Unlink Appointment, response 401; API reference, introduction"


@requirement(
    "OMN-AUTH-01",
    reads=(places.SECURITY, places.status("401")),
    operations=BOTH,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def no_credentials(evidence: Evidence) -> None:
    """A request without credentials is answered 401.

    The introduction asks for a Bearer token with every request, and the page has 401 for who is not authenticated.
    """
    rules.check_no_credentials(evidence, 401)


@requirement(
    "OMN-AUTH-02", reads=(places.SECURITY, places.status("401")), operations=BOTH, source=SOURCE, scenarios=CREDENTIALS
)
def unknown_token(evidence: Evidence) -> None:
    """A request with a token that was never issued is answered 401.

    The introduction asks for a Bearer token with every request, and the page has 401 for who is not authenticated.
    """
    rules.check_unknown_token(evidence, 401)


@requirement(
    "OMN-AUTH-03", reads=(places.SECURITY, places.status("401")), operations=BOTH, source=SOURCE, scenarios=CREDENTIALS
)
def other_scheme(evidence: Evidence) -> None:
    """A request with the token under another scheme than Bearer is answered 401.

    The introduction asks for a Bearer token with every request, and the page has 401 for who is not authenticated.
    """
    rules.check_other_scheme(evidence, 401)


@requirement(
    "OMN-AUTH-04", reads=(places.SECURITY, places.status("401")), operations=BOTH, source=SOURCE, scenarios=CREDENTIALS
)
def token_in_altered_case(evidence: Evidence) -> None:
    """A request with the token in altered case is answered 401.

    The introduction asks for a Bearer token with every request, and the page has 401 for who is not authenticated.
    """
    rules.check_altered_token(evidence, 401)


@requirement(
    "OMN-AUTH-05",
    reads=(places.status("403"), places.status("404")),
    operations=BOTH,
    source="Omneo, Unlink Appointment, response 403; RFC 9110, section 15.5.4",
    scenarios=CREDENTIALS,
)
def token_without_permission(evidence: Evidence) -> None:
    """A request with a valid token that lacks the permission is answered 403, or 404 to hide the appointment.

    The page has 403 for a lack of rights. RFC 9110 lets a server answer 404 in its place, to hide what is there.
    """
    rules.check_token_without_permission(evidence, 403, 404)


@requirement(
    "OMN-AUTH-06", reads=(places.SECURITY, places.status("401")), operations=BOTH, source=SOURCE, scenarios=CREDENTIALS
)
def truncated_token(evidence: Evidence) -> None:
    """A request with the token cut short by its last character is answered 401.

    The introduction asks for a Bearer token with every request, and the page has 401 for who is not authenticated.
    """
    rules.check_truncated_token(evidence, 401)


@requirement(
    "OMN-AUTH-07",
    reads=(places.SECURITY,),
    operations=BOTH,
    source="RFC 6750, section 2.1",
    level=SHOULD,
    scenarios=CREDENTIALS,
)
def scheme_that_ends_in_bearer(evidence: Evidence) -> None:
    """A request with the token under a scheme whose name only ends in Bearer is answered 401.

    No page states it, and a framework in wide use (Laravel) takes what stands after the last `Bearer ` of the header,
    so this is advice.

    By RFC 6750 the header has the word Bearer, a space and the token.
    """
    rules.check_scheme_ending_in_bearer(evidence, 401)


@requirement(
    "OMN-AUTH-08",
    reads=(places.SECURITY, places.status("401")),
    operations=BOTH,
    source=f"{SOURCE}; RFC 6750, sections 2.1 and 3.1",
    scenarios=CREDENTIALS,
)
def junk_after_the_token(evidence: Evidence) -> None:
    """A request with more text after the token is answered 401, or 400 where that is found malformed.

    By RFC 6750 the header has the word Bearer, a space and the token; a malformed request should be answered 400, and
    one with an invalid token 401.
    """
    rules.check_text_after_token(evidence, 400, 401)


@requirement(
    "OMN-AUTH-09",
    reads=(places.SECURITY, places.status("401")),
    operations=BOTH,
    source=f"{SOURCE}; RFC 6750, section 3.1",
    scenarios=("essentials", "credentials"),
)
def expired_token(evidence: Evidence) -> None:
    """A request with a token that is past its end is answered 401.

    By RFC 6750 an expired token is an invalid one, which should be answered 401.
    """
    rules.check_expired_token(evidence, 401)


@requirement(
    "OMN-AUTH-10",
    reads=(places.SECURITY,),
    operations=BOTH,
    source="Omneo, API reference, introduction; API tokens: scopes",
    scenarios=("life cycle", "aftermath", "accounts"),
)
def second_token(evidence: Evidence) -> None:
    """A request with another valid token that has the permission is accepted as one with the first token is.

    The pages tie what may be done to the scopes of a token, not to which token it is.
    """
    for seen in rules.answers_to_second_token(evidence):
        if seen.probe.operation == "link" and seen.status in NOT_FOUND:
            continue  # The unlink before it may have taken the appointment away: another requirement's business.
        if _gets_the_same(evidence, seen):
            continue  # Whoever asks is refused: another requirement's business.
        evidence.expect_success(seen)


def _gets_the_same(evidence: Evidence, second: ProbeResult) -> bool:
    """Whether the first token is refused in the same way, for a target of the same type."""
    asked, status = facts_of(second).link, second.status or 0
    return status >= 400 and any(
        seen.status == status and asked and link and link[0] == asked[0]
        for seen in evidence.seen("valid")
        for link in [facts_of(seen).link]
    )
