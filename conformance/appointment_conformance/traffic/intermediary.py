"""Detect answers that may come from something in front of the API: a gateway, a firewall or a login page."""

from __future__ import annotations

import html
import re
from typing import Final

from appointment_reports import cut

from .answer import header, json_of
from .case import ABSENT, FOREIGN, SECOND, Credentials
from .probe import REFUSED_KINDS
from .recording import UNAVAILABLE, ProbeResult

#: Statuses that a gateway sends in place of the API, or that say nothing about the request (RFC 9110, section 15.6;
#: others are in use without being registered).
GATEWAY: Final = frozenset({408, 499, 502, 503, 504, *range(520, 531), 598, 599})
#: Statuses that refuse access as a whole, sent by the API or by something in front of it.
ACCESS: Final = frozenset({401, 403, 407, 511})
#: Statuses with which routers, servers and parsers refuse a single unusual request by a page.
ODD_REQUEST: Final = frozenset({400, 404, 405, 410, 411, 413, 414, 415, 422, 431})
#: Kinds of probes whose answers do not show that the API accepts the valid credentials.
UNINFORMATIVE_KINDS: Final = frozenset({"credentials", "second", "question", "setup", "control"})
#: Kinds of probes for which any refusal is accepted, no matter which component refuses.
ANY_REFUSAL: Final = frozenset({"path", "method"})
#: What reads are cases of that the API itself may refuse: of another account's record, or with another token.
MAY_BE_REFUSED: Final = frozenset({FOREIGN, SECOND, Credentials.FORBIDDEN.case})
#: Maximum length of a quoted line, in characters.
LINE_LIMIT = 120
#: Rank of the weakest control: a request for a record that does not exist.
LAST_RANK: Final = 2
_MARKUP = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


def is_gateway(seen: ProbeResult) -> bool:
    """Whether there was no complete answer, or one that gateways send in place of the API.

    A 503 does not count: it may be the API's own answer, and the client has already waited.
    """
    return seen.is_silence or seen.status in GATEWAY - UNAVAILABLE or _broke_off(seen)


def _broke_off(seen: ProbeResult) -> bool:
    """Whether the content of the answer broke off while it was read."""
    response = seen.response
    return response is not None and not response.truncated and seen.exchange.error is not None


def is_no_refusal(seen: ProbeResult) -> bool:
    """Whether the answer is a server error, or a success without JSON to a probe that must be refused."""
    status = seen.status or 0
    if status >= 500:
        return True
    return seen.probe.kind in REFUSED_KINDS and 200 <= status < 300 and json_of(seen) is None


def is_page(seen: ProbeResult) -> bool:
    """Whether the answer has content that neither is JSON nor is declared as JSON."""
    response = seen.response
    if response is None or not response.body.strip():
        return False
    return json_of(seen) is None and "json" not in (header(seen, "content-type") or "").lower()


def refuses_access(seen: ProbeResult) -> bool:
    """Whether the answer refuses access as a whole, redirects, or is a page instead of JSON."""
    status = seen.status or 0
    return status in ACCESS or 300 <= status < 400 or (status < 500 and is_page(seen))


def is_in_doubt(seen: ProbeResult, *, reads_served: bool) -> bool:
    """Whether something in front of the API may have sent the answer, so that it may say nothing about the probe.

    If no read has succeeded yet, a refused read does not count as in doubt.
    """
    if seen.probe.kind in {"question", "setup", "control"}:
        return False
    return is_gateway(seen) or _is_unexpected(seen, reads_served=reads_served)


def _is_unexpected(seen: ProbeResult, *, reads_served: bool) -> bool:
    """Whether access is refused or a page is sent, although the API has no reason to refuse or refuses differently."""
    kind = seen.probe.kind
    if kind == "credentials":
        return refuses_access(seen) and not _is_refusal(seen)
    if (kind == "read" and not reads_served) or _may_be_refused(seen):
        return False
    if kind in ANY_REFUSAL and not _is_about_no_record(seen):
        return seen.status is not None and seen.status < 300 and is_page(seen)
    if kind in {"near-miss", "malformed", "path", "generated"} and seen.status in ODD_REQUEST:
        return False
    return refuses_access(seen)


def _is_about_no_record(seen: ProbeResult) -> bool:
    """Whether the path is well-formed and names no record: it is answered as the pages say."""
    return seen.probe.case == ABSENT or seen.probe.is_well_formed


def _is_refusal(seen: ProbeResult) -> bool:
    """Whether the API itself may send this answer to wrong credentials."""
    return seen.status is not None and 400 <= seen.status < 500 and seen.status != 407


def shows_accepted_credentials(seen: ProbeResult) -> bool:
    """Whether the answer shows that the API processes requests with the valid credentials."""
    kind, status = seen.probe.kind, seen.status or 0
    if kind in UNINFORMATIVE_KINDS or kind in ANY_REFUSAL or not seen.judged or _may_be_refused(seen):
        return False
    is_done = kind != "read" and kind not in REFUSED_KINDS and 200 <= status < 300 and not is_page(seen)
    return (is_done or json_of(seen) is not None) and status < 500 and status not in ACCESS


def _may_be_refused(seen: ProbeResult) -> bool:
    """Whether the API itself may have refused this access; a page may come from something in front of it."""
    if seen.probe.kind == "foreign":
        return seen.status == 403 and not is_page(seen)
    return seen.probe.kind == "read" and seen.probe.case in MAY_BE_REFUSED


def control_rank(seen: ProbeResult) -> int | None:
    """Return the rank of the request of `seen` as a control, 0 is best; None if it cannot be one.

    A control was answered, and resending it changes nothing: a read that succeeded, a request whose content was
    refused, or a request for a record that does not exist.
    """
    kind, status = seen.probe.kind, seen.status or 0
    if json_of(seen) is None or status in ACCESS or status in GATEWAY or status == 429:
        return None
    if kind == "read":
        return 0 if status == 200 and not _may_be_refused(seen) else None
    if (kind in {"near-miss", "malformed"} and 400 <= status < 500) or (kind == "valid" and status == 409):
        return 1
    return LAST_RANK if kind == "path" and seen.probe.case == ABSENT and status == 404 else None


def summarise(seen: ProbeResult) -> str:
    """Return a summary of an answer, such as `403 text/html, server: nginx`, or the error if there was no answer."""
    seen = seen.recorded
    if seen.response is None:
        return seen.exchange.error or "no answer"
    media, server = (header(seen, "content-type") or "").partition(";")[0].strip(), header(seen, "server")
    summary = " ".join(filter(None, [str(seen.status), media, "cut short" if _broke_off(seen) else ""]))
    return f"{summary}, server: {server}" if server else summary


def quote_answer(seen: ProbeResult) -> str:
    """Return the summary of an answer with its first readable line."""
    line = first_line(seen)
    return f'{summarise(seen)}, "{line}"' if line else summarise(seen)


def first_line(seen: ProbeResult) -> str:
    """Return the first readable line of an answer, or an empty text.

    This is the title or the first text of a page, or the message of a JSON object.
    """
    seen = seen.recorded
    value, response = json_of(seen), seen.response
    if isinstance(value, dict):
        messages = (value.get(name) for name in ("message", "error", "detail", "title"))
        return next((_cut(text) for text in messages if isinstance(text, str) and text.strip()), "")
    text = response.body[:65536].decode("utf-8", "replace") if response else ""
    title = _TITLE.search(text)
    lines = [title[1] if title else "", *_MARKUP.sub("\n", text).splitlines()]
    return next((_cut(html.unescape(line)) for line in lines if any(char.isalnum() for char in line)), "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LINE_LIMIT else f"{cut(text, LINE_LIMIT - 3)}..."
