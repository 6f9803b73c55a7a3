"""MijnKlantportaal: who may cancel. No page says how others are refused: 401 is what RFC 9110 recommends."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.codes import status_code
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.http_rules import credentials as rules
from appointment_conformance.traffic.case import AGAIN

CANCEL = ("cancel",)
CREDENTIALS = ("preflight", "essentials", "credentials")
SOURCE = "MijnKlantportaal, Cancel appointment, security; Authentication"
#: Refused: as nobody, as somebody who may not, or as somebody who need not know what there is.
REFUSED = (401, 403, 404)


@requirement(
    "MKP-AUTH-01",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def no_credentials(evidence: Evidence) -> None:
    """A request without credentials is refused with 401, 403 or 404.

    The page asks for a Bearer token, and does not say how a request without one is answered.
    """
    rules.check_no_credentials(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-02",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def unknown_token(evidence: Evidence) -> None:
    """A request with a token that was never issued is refused with 401, 403 or 404.

    The page asks for a Bearer token, and does not say how a request without one is answered.
    """
    rules.check_unknown_token(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-03",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def other_scheme(evidence: Evidence) -> None:
    """A request with the token under another scheme than Bearer is refused with 401, 403 or 404.

    The page asks for a Bearer token, and does not say how a request without one is answered.
    """
    rules.check_other_scheme(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-04",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def token_in_altered_case(evidence: Evidence) -> None:
    """A request with the token in altered case is refused with 401, 403 or 404.

    The page asks for a Bearer token, and does not say how a request without one is answered.
    """
    rules.check_altered_token(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-05",
    reads=(places.SECURITY, places.status("403")),
    operations=CANCEL,
    source="MijnKlantportaal, OAuth scopes: appointments.write",
    scenarios=CREDENTIALS,
)
def token_without_permission(evidence: Evidence) -> None:
    """A request with a valid token that lacks `appointments.write` is refused with 401, 403 or 404.

    The page of scopes has this one for cancelling, and does not say how a token without it is answered.
    """
    rules.check_token_without_permission(evidence, *REFUSED, permission="appointments.write")


@requirement(
    "MKP-AUTH-06",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=SOURCE,
    scenarios=CREDENTIALS,
)
def truncated_token(evidence: Evidence) -> None:
    """A request with the token cut short by its last character is refused with 401, 403 or 404.

    The page asks for a Bearer token, and does not say how a request without one is answered.
    """
    rules.check_truncated_token(evidence, *REFUSED)


@requirement("MKP-AUTH-07", operations=CANCEL, source="RFC 9110, section 11.4", level=SHOULD, scenarios=CREDENTIALS)
def who_is_nobody_is_told_so(evidence: Evidence) -> None:
    """A request without valid credentials is answered 401.

    By RFC 9110 a server that needs credentials should answer 401 where they are missing or invalid.
    """
    rules.check_nobody(evidence, 401)


@requirement(
    "MKP-AUTH-08",
    reads=(places.SECURITY,),
    operations=CANCEL,
    source="RFC 6750, section 2.1",
    level=SHOULD,
    scenarios=CREDENTIALS,
)
def scheme_that_ends_in_bearer(evidence: Evidence) -> None:
    """A request with the token under a scheme whose name only ends in Bearer is refused with 401, 403 or 404.

    No page states it, and a framework in wide use (Laravel) takes what stands after the last `Bearer ` of the header,
    so this is advice.

    By RFC 6750 the header has the word Bearer, a space and the token.
    """
    rules.check_scheme_ending_in_bearer(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-09",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=f"{SOURCE}; RFC 6750, sections 2.1 and 3.1",
    scenarios=CREDENTIALS,
)
def junk_after_the_token(evidence: Evidence) -> None:
    """A request with more text after the token is refused with 400, 401, 403 or 404.

    By RFC 6750 the header has the word Bearer, a space and the token; a malformed request should be answered 400, and
    one with an invalid token 401.
    """
    rules.check_text_after_token(evidence, 400, *REFUSED)


@requirement(
    "MKP-AUTH-10",
    reads=(places.SECURITY, places.status("401")),
    operations=CANCEL,
    source=f"{SOURCE}; OAuth, token endpoint: expires_in",
    scenarios=("essentials", "credentials"),
)
def expired_token(evidence: Evidence) -> None:
    """A request with a token that is past its end is refused with 401, 403 or 404.

    The token endpoint says after how many seconds a token ends.
    """
    rules.check_expired_token(evidence, *REFUSED)


@requirement(
    "MKP-AUTH-11",
    reads=(places.SECURITY,),
    operations=CANCEL,
    source="MijnKlantportaal, Authentication; OAuth scopes: appointments.write",
    scenarios=("life cycle", "accounts"),
)
def second_token(evidence: Evidence) -> None:
    """A cancel with another valid token that has `appointments.write` is answered as one with the first token is.

    Both cancel what is canceled already, which is answered 409.

    The page of scopes has this one for cancelling, whichever token carries it.
    """
    first = {seen.status for seen in evidence.seen("valid", case=AGAIN)} or {409}
    expected = f"status {' or '.join(map(str, sorted(filter(None, first))))}, as the first token gets"
    for seen in rules.answers_to_second_token(evidence):
        holds = seen.status in first or seen.succeeded
        code = status_code(seen.status)
        evidence.expect(seen, holds=holds, code=code, expected=expected, actual=f"status {seen.status}")
