"""Omneo: what the documents leave open, and how this target answers it."""

from __future__ import annotations

from appointment_conformance.apis.omneo import questions
from appointment_conformance.apis.omneo.questions import open_cases
from appointment_conformance.engine import Evidence
from appointment_conformance.engine.observation import observation, statuses
from appointment_conformance.http_rules.questions import (
    answer_without_credentials,
    answer_without_permission,
    rate_limit_headers_of,
)
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.case import Case
from appointment_strategies.omneo import OpenOf

QUESTIONS = ("questions",)
#: The parts of a body that may have spaces around them.
FAMILIES: tuple[OpenOf, ...] = ("profile id", "list id", "type")


@observation("OMN-OBS-01", operation="link", scenarios=("life cycle",))
def success_status(evidence: Evidence) -> str | None:
    """Is a link answered with 200 or with 201?"""
    return statuses([seen for seen in evidence.seen("valid") if (seen.status or 0) < 300])


@observation("OMN-OBS-02", operation="link", scenarios=QUESTIONS)
def credentials_or_appointment(evidence: Evidence) -> str | None:
    """No credentials and an absent appointment: which of the two does the answer report?"""
    return answer_without_credentials(evidence)


@observation("OMN-OBS-03", operation="link", scenarios=QUESTIONS)
def permission_or_appointment(evidence: Evidence) -> str | None:
    """No permission and an absent appointment: which of the two does the answer report?"""
    return answer_without_permission(evidence)


@observation("OMN-OBS-04", operation="link", scenarios=QUESTIONS)
def appointment_or_body(evidence: Evidence) -> str | None:
    """An absent appointment and a wrong body: which of the two does the answer report?"""
    return statuses(evidence.seen("question", case=questions.APPOINTMENT_OR_BODY))


@observation("OMN-OBS-05", operation="link", scenarios=QUESTIONS)
def permission_or_body(evidence: Evidence) -> str | None:
    """No permission and a wrong body: which of the two does the answer report?"""
    return statuses(evidence.seen("question", case=questions.PERMISSION_OR_BODY))


@observation("OMN-OBS-06", operation="link", scenarios=QUESTIONS)
def unknown_target(evidence: Evidence) -> str | None:
    """How is a link to a well-formed profile id that no profile has answered?"""
    return statuses(evidence.seen("question", case=questions.UNKNOWN_TARGET))


@observation("OMN-OBS-07", operation="unlink", scenarios=QUESTIONS)
def not_linked(evidence: Evidence) -> str | None:
    """How is an unlink of what is not linked answered?"""
    return statuses(evidence.seen("question", case=questions.NOT_LINKED))


@observation("OMN-OBS-08", operation="link", scenarios=QUESTIONS)
def padded(evidence: Evidence) -> str | None:
    """Are a type and an id with spaces around them taken?"""
    return _by_case(evidence, *(case for of in FAMILIES for case in open_cases(of, "padded")))


@observation("OMN-OBS-09", operation="link", scenarios=QUESTIONS)
def list_ids(evidence: Evidence) -> str | None:
    """Is a list id taken with a plus sign, with leading zeros, as a JSON integer?"""
    return _by_case(evidence, *open_cases("list id", "plus-sign", "leading-zeros", "number"))


@observation("OMN-OBS-10", operation="link", scenarios=QUESTIONS)
def upper_case(evidence: Evidence) -> str | None:
    """Is a profile id in upper case taken?"""
    return _by_case(evidence, *open_cases("profile id", "upper-case"))


@observation("OMN-OBS-11", operation="link", scenarios=QUESTIONS)
def other_uuid_forms(evidence: Evidence) -> str | None:
    """Is a profile id taken without hyphens, in braces?"""
    return _by_case(evidence, *open_cases("profile id", "unhyphenated", "braced"))


@observation("OMN-OBS-12", operation="link", scenarios=QUESTIONS)
def media_types(evidence: Evidence) -> str | None:
    """How is a right body answered under text/plain, and as a form?"""
    return _by_case(evidence, questions.AS_TEXT, questions.AS_FORM)


@observation("OMN-OBS-13", operation="link", scenarios=QUESTIONS)
def duplicate_keys(evidence: Evidence) -> str | None:
    """How is a body with a key twice answered, the last one right?"""
    return statuses(evidence.seen("question", case=open_cases("raw body", "duplicate-keys")))


@observation("OMN-OBS-16", operation="link", scenarios=QUESTIONS)
def almost_json(evidence: Evidence) -> str | None:
    """Is a body taken that is almost JSON: a comma too many, single quotes, text after it?"""
    return _by_case(evidence, *open_cases("raw body", "trailing-comma", "single-quotes", "trailing-text"))


@observation("OMN-OBS-17", operation="link", scenarios=QUESTIONS)
def digits_of_another_script(evidence: Evidence) -> str | None:
    """Is a list id in digits of another script taken?"""
    return _by_case(evidence, *open_cases("list id", "other-script"))


@observation("OMN-OBS-14", operation="link", scenarios=QUESTIONS)
def reads_show_links(evidence: Evidence) -> str | None:
    """Does a read of an appointment show its links?"""
    for seen in evidence.seen("question", case=questions.LINKS_IN_A_READ):
        answer = json_of(seen)
        data = answer.get("data") if isinstance(answer, dict) else None
        if seen.status != 200 or not isinstance(data, dict):
            return f"no read is served (status {seen.status})"
        return "yes" if "links" in data else "no"
    return None


@observation("OMN-OBS-15", operation="link", scenarios=("life cycle",))
def rate_limit_headers(evidence: Evidence) -> str | None:
    """Which rate-limit headers do answers carry?"""
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "RateLimit", "RateLimit-Policy")
    return rate_limit_headers_of(evidence, *names)


def _by_case(evidence: Evidence, *cases: Case) -> str | None:
    answers = [(case, statuses(evidence.seen("question", case=case))) for case in cases]
    return "; ".join(f"{case.family} {case.name}: {answer}" for case, answer in answers if answer) or None
