"""HTTP: what RFC 9110 asks of every exchange."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from appointment_conformance.codes import NOT_JSON, of_media_type
from appointment_conformance.engine import SHOULD, Evidence, NotApplicable, requirement
from appointment_conformance.traffic.answer import header, headers
from appointment_conformance.traffic.case import ABSENT
from appointment_conformance.traffic.recording import ProbeResult

METHODS = ("essentials", "methods")
JSON_MEDIA = re.compile(r"application/([a-z0-9.!#$&^_-]+\+)?json\s*(;.*)?", re.IGNORECASE)


@requirement("HTTP-01", source="RFC 9110, sections 10.2.1 and 15.5.6", scenarios=METHODS)
def allow_is_true(evidence: Evidence) -> None:
    """The Allow of a 405 does not list the refused method, is not empty, and names the one of a path with only one.

    By RFC 9110 a 405 comes with an Allow that lists the methods which the resource supports.
    """
    for seen, allowed in _not_allowed(evidence, "no request was answered 405 with Allow", where=_carries_allow):
        sole, method = _sole_method(evidence), seen.probe.method
        evidence.expect(
            seen,
            holds=bool(allowed) and method not in allowed and (not sole or sole in allowed),
            code=_wrong_about(allowed, method, sole),
            expected=f"a header Allow with {sole or 'what there is'}, without {method}",
            actual=f"Allow: {', '.join(sorted(allowed)) or 'nothing'}",
        )


@requirement("HTTP-06", source="RFC 9110, section 15.5.6", level=SHOULD, scenarios=METHODS)
def method_not_allowed_says_what_is(evidence: Evidence) -> None:
    """A 405 carries Allow with the declared method; frameworks in wide use leave it out, or name one of several.

    By RFC 9110 a server has to send Allow with a 405.
    """
    for seen, allowed in _not_allowed(evidence, "no request was answered 405"):
        declared = evidence.described.method
        evidence.expect(
            seen,
            holds=declared in allowed,
            code="allow-lacks-declared-method" if _carries_allow(seen) else "missing-header:allow",
            expected=f"a header Allow with {declared}",
            actual=f"Allow: {', '.join(sorted(allowed))}" if _carries_allow(seen) else "no header Allow",
        )


@requirement(
    "HTTP-02",
    source="RFC 9110, section 15.5.2",
    level=SHOULD,
    scenarios=("preflight", "essentials", "credentials"),
)
def unauthorized_names_a_challenge(evidence: Evidence) -> None:
    """A 401 carries WWW-Authenticate; frameworks in wide use leave it out, so this is advice.

    By RFC 9110 a server has to send at least one challenge with a 401, and this header carries it.
    """
    for seen in evidence.seen("credentials", where=lambda seen: seen.status == 401):
        evidence.expect(
            seen,
            holds=header(seen, "www-authenticate") is not None,
            code="missing-header:www-authenticate",
            expected="a header WWW-Authenticate",
            actual="no header WWW-Authenticate",
        )


@requirement(
    "HTTP-03",
    reads=("/responses/*/content/*/",),
    source="RFC 9110, section 8.3; the vendors' pages, responses: content",
    alone=True,
)
def content_is_declared_as_json(evidence: Evidence) -> None:
    """Wherever an answer that the vendor's page describes has content, its media type is a JSON one.

    RFC 9110 asks who sends content to name its media type, and the pages describe theirs as JSON.
    """
    if not evidence.described.json_statuses:
        raise NotApplicable("the contract describes no answer as JSON")
    for seen in _with_content(evidence):
        if not _is_described(evidence, seen):
            continue
        media = header(seen, "content-type")
        evidence.expect(
            seen,
            holds=media is not None and JSON_MEDIA.fullmatch(media.strip()) is not None,
            code=of_media_type(media),
            expected="Content-Type application/json",
            actual=f"Content-Type {media}",
        )


@requirement("HTTP-04", source="RFC 9110, section 8.6")
def declared_length_is_the_length(evidence: Evidence) -> None:
    """The content of an answer is as long as its Content-Length says, to the byte.

    By RFC 9110 the header is the number of bytes of the content, and nobody may send one that is known to be wrong.
    """
    answers = evidence.seen()
    if answers and not any(header(seen, "content-length") for seen in answers):
        raise NotApplicable("no answer declares a length")
    for seen in answers:
        declared, response = header(seen, "content-length"), seen.response
        if declared is not None and response is not None and response.status != 204 and not response.truncated:
            received = (response.wire_length or 0) + len(response.stray)
            evidence.expect(
                seen,
                holds=declared.strip() == str(received),
                code="wrong-length",
                expected=f"the {declared} bytes of content that Content-Length says",
                actual=f"{received} bytes",
            )


@requirement("HTTP-05", source="RFC 8259, sections 2, 6 and 8.1", alone=True)
def json_content_is_json(evidence: Evidence) -> None:
    """Content that is declared as JSON is JSON text in UTF-8.

    RFC 8259 has the grammar of a JSON text, and asks for UTF-8 between systems that do not belong together.
    """
    for seen in _with_content(evidence):
        media = header(seen, "content-type") or ""
        if JSON_MEDIA.fullmatch(media.strip()) and seen.exchange.error is None:
            evidence.expect(
                seen,
                holds=_is_json(seen),
                code=NOT_JSON,
                expected="JSON text in UTF-8",
                actual="something else",
            )


def _not_allowed(
    evidence: Evidence, otherwise: str, *, where: Callable[[ProbeResult], bool] = lambda _: True
) -> list[tuple[ProbeResult, frozenset[str]]]:
    """Every 405 with the methods that its Allow lists. Raises NotApplicable where other refusals came instead."""
    refused = evidence.seen("method")
    answered = [(seen, _allowed(seen)) for seen in refused if seen.status == 405 and where(seen)]
    if refused and not answered:
        raise NotApplicable(otherwise)
    return answered


def _wrong_about(allowed: frozenset[str], refused: str, sole: str) -> tuple[str, ...]:
    """The codes of what an Allow says wrongly."""
    wrong = {
        "allow-empty": not allowed,
        "allow-lists-refused-method": refused in allowed,
        "allow-lacks-declared-method": bool(allowed) and bool(sole) and sole not in allowed,
    }
    return tuple(code for code, applies in wrong.items() if applies)


def _carries_allow(seen: ProbeResult) -> bool:
    return header(seen, "allow") is not None


def _allowed(seen: ProbeResult) -> frozenset[str]:
    """The methods of every header Allow: several are one list (RFC 9110, section 5.3)."""
    return frozenset(name for name in re.split(r"[\s,]+", ",".join(headers(seen, "allow"))) if name)


def _sole_method(evidence: Evidence) -> str:
    """The method of a path that has but one, else nothing: of several methods some frameworks name the first alone."""
    path, contract = evidence.described.path, evidence.contract
    methods = {operation.method for operation in contract.operations.values() if operation.path == path}
    is_shared = path == contract.read_path or len(methods) > 1
    return "" if is_shared else evidence.described.method


def _is_described(evidence: Evidence, seen: ProbeResult) -> bool:
    """Whether the operation answers, and not what stands before it, and its page shows content for that status."""
    in_front = seen.probe.kind == "method" or (seen.probe.kind == "path" and seen.probe.case != ABSENT)
    return not in_front and seen.status in evidence.described.json_statuses


def _with_content(evidence: Evidence) -> list[ProbeResult]:
    return [seen for seen in evidence.seen() if seen.response and seen.response.body]


def _is_json(seen: ProbeResult) -> bool:
    body = seen.response.body if seen.response else b""
    try:
        json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except ValueError:
        return False
    except RecursionError:
        return True  # Nested deeper than can be read here, which no standard forbids.
    return True


def _refuse(constant: str) -> None:
    """Refuse NaN and the infinities, which Python reads and JSON does not have. Raises ValueError."""
    raise ValueError(f"{constant} is no JSON value")
