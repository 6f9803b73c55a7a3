"""HTTP: what RFC 9110 asks of every exchange."""

from __future__ import annotations

import json
import re

from appointment_conformance.judging import SHOULD, Evidence, NotApplicable, requirement
from appointment_conformance.traffic.answer import header
from appointment_conformance.traffic.recording import Seen

ALL = ("link", "unlink", "cancel")
#: The statuses for which the vendor's page shows JSON.
DESCRIBED = {
    "link": {200, 201, 401, 403, 404, 422},
    "unlink": {401, 403, 404, 422},
    "cancel": {200, 404, 409},
}
JSON_MEDIA = re.compile(r"application/([a-z0-9.!#$&^_-]+\+)?json\s*(;.*)?", re.IGNORECASE)


@requirement("HTTP-01", operations=ALL, source="RFC 9110, section 15.5.6", scenarios=("essentials", "methods"))
def test_method_not_allowed_says_what_is(evidence: Evidence) -> None:
    """A 405 carries Allow, which does not list the method that was refused."""
    refused = evidence.seen("method")
    answered = [seen for seen in refused if seen.status == 405]
    if refused and not answered:
        raise NotApplicable("no request was answered 405")
    for seen in answered:
        allowed, method = header(seen, "allow"), seen.probe.method
        evidence.expect(
            seen,
            holds=allowed is not None and method not in re.split(r"[\s,]+", allowed),
            expected=f"a header Allow without {method}",
            actual="no header Allow" if allowed is None else f"Allow: {allowed}",
        )


@requirement(
    "HTTP-02",
    operations=ALL,
    source="RFC 9110, section 15.5.2",
    level=SHOULD,
    scenarios=("preflight", "essentials", "credentials"),
)
def test_unauthorized_names_a_challenge(evidence: Evidence) -> None:
    """A 401 carries WWW-Authenticate; frameworks in wide use leave it out, so this is advice."""
    for seen in evidence.seen("credentials", where=lambda seen: seen.status == 401):
        evidence.expect(
            seen,
            holds=header(seen, "www-authenticate") is not None,
            expected="a header WWW-Authenticate",
            actual="no header WWW-Authenticate",
        )


@requirement("HTTP-03", operations=ALL, source="RFC 9110, section 8.3; the vendors' pages, responses: content")
def test_content_is_declared_as_json(evidence: Evidence) -> None:
    """Wherever an answer that the vendor's page describes has content, its media type is a JSON one."""
    for seen in _with_content(evidence):
        if not _is_described(seen):
            continue
        media = header(seen, "content-type")
        evidence.expect(
            seen,
            holds=media is not None and JSON_MEDIA.fullmatch(media.strip()) is not None,
            expected="Content-Type application/json",
            actual=f"Content-Type {media}",
        )


@requirement("HTTP-04", operations=ALL, source="RFC 9110, section 8.6")
def test_declared_length_is_the_length(evidence: Evidence) -> None:
    """The content of an answer is as long as its Content-Length says, to the byte."""
    answers = evidence.seen()
    if answers and not any(header(seen, "content-length") for seen in answers):
        raise NotApplicable("no answer declares a length")
    for seen in answers:
        declared, response = header(seen, "content-length"), seen.exchange.response
        if declared is not None and response is not None and response.status != 204 and not response.truncated:
            received = (response.wire_length or 0) + len(response.stray)
            evidence.expect(
                seen,
                holds=declared.strip() == str(received),
                expected=f"{declared} bytes of content",
                actual=f"{received} bytes",
            )


@requirement("HTTP-05", operations=ALL, source="RFC 8259, sections 2, 6 and 8.1")
def test_json_content_is_json(evidence: Evidence) -> None:
    """Content that is declared as JSON is JSON text in UTF-8."""
    for seen in _with_content(evidence):
        media = header(seen, "content-type") or ""
        if JSON_MEDIA.fullmatch(media.strip()) and seen.exchange.error is None:
            evidence.expect(seen, holds=_is_json(seen), expected="JSON text in UTF-8", actual="something else")


def _is_described(seen: Seen) -> bool:
    """Whether the operation answers, and not what stands before it, and its page shows content for that status."""
    in_front = seen.probe.kind == "method" or (seen.probe.kind == "path" and seen.probe.of != "absent")
    return not in_front and seen.status in DESCRIBED[seen.probe.operation]


def _with_content(evidence: Evidence) -> list[Seen]:
    return [seen for seen in evidence.seen() if seen.exchange.response and seen.exchange.response.body]


def _is_json(seen: Seen) -> bool:
    body = seen.exchange.response.body if seen.exchange.response else b""
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
