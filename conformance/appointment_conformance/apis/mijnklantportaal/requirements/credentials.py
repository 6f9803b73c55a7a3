"""MijnKlantportaal: who may cancel. No page says how others are refused: 401 is what RFC 9110 recommends."""

from __future__ import annotations

from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.http_rules.access import EXPIRED, SECOND, answers_to_wrong_credentials, check_token_allows

CANCEL = ("cancel",)
CREDENTIALS = ("preflight", "essentials", "credentials")
SOURCE = "MijnKlantportaal, Cancel appointment, security; Authentication"
#: Refused: as nobody, as somebody who may not, or as somebody who need not know what there is.
REFUSED = (401, 403, 404)


@requirement("MKP-AUTH-01", operations=CANCEL, source=SOURCE, scenarios=CREDENTIALS)
def test_no_credentials(evidence: Evidence) -> None:
    """A request without credentials is refused with 401, 403 or 404."""
    _expect(evidence, "none")


@requirement("MKP-AUTH-02", operations=CANCEL, source=SOURCE, scenarios=CREDENTIALS)
def test_unknown_token(evidence: Evidence) -> None:
    """A request with a token that nobody was given is refused with 401, 403 or 404."""
    _expect(evidence, "unknown")


@requirement("MKP-AUTH-03", operations=CANCEL, source=SOURCE, scenarios=CREDENTIALS)
def test_other_scheme(evidence: Evidence) -> None:
    """A request with the token under another scheme than Bearer is refused with 401, 403 or 404."""
    _expect(evidence, "scheme")


@requirement("MKP-AUTH-04", operations=CANCEL, source=SOURCE, scenarios=CREDENTIALS)
def test_token_in_altered_case(evidence: Evidence) -> None:
    """A request with the token in altered case is refused with 401, 403 or 404."""
    _expect(evidence, "altered")


@requirement(
    "MKP-AUTH-05",
    operations=CANCEL,
    source="MijnKlantportaal, OAuth scopes: appointments.write",
    scenarios=CREDENTIALS,
)
def test_token_without_permission(evidence: Evidence) -> None:
    """A request with a valid token that lacks `appointments.write` is refused with 401, 403 or 404."""
    evidence.need(evidence.target.forbidden_token, "add forbidden_token, a valid token without appointments.write.")
    evidence.need_valid_token("forbidden_token", of="forbidden")
    _expect(evidence, "forbidden")


@requirement("MKP-AUTH-06", operations=CANCEL, source=SOURCE, scenarios=CREDENTIALS)
def test_truncated_token(evidence: Evidence) -> None:
    """A request with the token cut short by its last character is refused with 401, 403 or 404."""
    _expect(evidence, "truncated")


@requirement("MKP-AUTH-07", operations=CANCEL, source="RFC 9110, section 11.4", level=SHOULD, scenarios=CREDENTIALS)
def test_who_is_nobody_is_told_so(evidence: Evidence) -> None:
    """A request without valid credentials is answered 401."""
    for of in ("none", "unknown", "scheme", "altered", "truncated", "expired"):
        for seen in answers_to_wrong_credentials(evidence, of):
            evidence.expect_status(seen, 401)


@requirement("MKP-AUTH-08", operations=CANCEL, source="RFC 6750, section 2.1", level=SHOULD, scenarios=CREDENTIALS)
def test_scheme_that_ends_in_bearer(evidence: Evidence) -> None:
    """A request with the token under a scheme whose name only ends in Bearer is refused with 401, 403 or 404.

    No page states it, and a framework in wide use (Laravel) takes what stands after the last `Bearer ` of the header,
    so this is advice.
    """
    _expect(evidence, "scheme-ending")


@requirement(
    "MKP-AUTH-09", operations=CANCEL, source=f"{SOURCE}; RFC 6750, sections 2.1 and 3.1", scenarios=CREDENTIALS
)
def test_junk_after_the_token(evidence: Evidence) -> None:
    """A request with more text after the token is refused with 400, 401, 403 or 404."""
    _expect(evidence, "junk-after", 400)


@requirement(
    "MKP-AUTH-10",
    operations=CANCEL,
    source=f"{SOURCE}; OAuth, token endpoint: expires_in",
    scenarios=("essentials", "credentials"),
)
def test_expired_token(evidence: Evidence) -> None:
    """A request with a token that is past its end is refused with 401, 403 or 404."""
    evidence.need_optional(evidence.target.expired_token, EXPIRED)
    _expect(evidence, "expired")


@requirement(
    "MKP-AUTH-11",
    operations=CANCEL,
    source="MijnKlantportaal, Authentication; OAuth scopes: appointments.write",
    scenarios=("life cycle", "accounts"),
)
def test_second_token(evidence: Evidence) -> None:
    """A cancel with another valid token that has `appointments.write` is answered as one with the first token is.

    Both cancel what is canceled already, which is answered 409.
    """
    evidence.need_optional(evidence.target.second_token, SECOND)
    evidence.need_valid_token("second_token", of="second")
    first = {seen.status for seen in evidence.seen("valid", of="again")} or {409}
    for seen in evidence.seen("second"):
        holds = seen.status in first or seen.succeeded
        expected = f"status {' or '.join(map(str, sorted(filter(None, first))))}, as the first token gets"
        evidence.expect(seen, holds=holds, expected=expected, actual=f"status {seen.status}")


def _expect(evidence: Evidence, of: str, *more: int) -> None:
    check_token_allows(evidence, of)
    for seen in answers_to_wrong_credentials(evidence, of):
        evidence.expect_status(seen, *more, *REFUSED)
