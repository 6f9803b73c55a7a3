"""Answers that may come from something in front of the API: a gateway, a firewall, a login page, an expired session."""

from __future__ import annotations

import html
import re
from typing import Final

from appointment_reports import cut

from .answer import header, json_of
from .case import ABSENT, FOREIGN, SECOND, Credentials
from .probe import REFUSED_KINDS
from .recording import UNAVAILABLE, Seen

#: Statuses that a gateway gives in the API's place, or that say nothing of the request (RFC 9110, section 15.6; the
#: rest are in use without a registration).
GATEWAY: Final = frozenset({408, 499, 502, 503, 504, *range(520, 531), 598, 599})
#: Statuses with which access as a whole is refused, by the API or by what stands before it.
ACCESS: Final = frozenset({401, 403, 407, 511})
#: Statuses of pages with which routers, servers and parsers refuse one odd request.
ODD_REQUEST: Final = frozenset({400, 404, 405, 410, 411, 413, 414, 415, 422, 431})
#: Kinds of probes that send other credentials than the right ones, or ask what no document answers.
NOT_TELLING: Final = frozenset({"credentials", "second", "question", "setup", "control"})
#: Kinds for which any refusal will do, whoever refuses.
ANY_REFUSAL: Final = frozenset({"path", "method"})
#: What reads are cases of that the API itself may refuse: of another account's record, or with another token.
MAY_BE_REFUSED: Final = frozenset({FOREIGN, SECOND, Credentials.FORBIDDEN.case})
LINE_LIMIT = 120
#: The rank of a control that shows the least: a record that does not exist.
LAST_RANK: Final = 2
_MARKUP = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


def is_gateway(seen: Seen) -> bool:
    """Whether no answer came, or one that broke off, or one that gateways give in the API's place.

    A 503 asks for patience, which the client has had: it may be the API's own.
    """
    return seen.is_silence or seen.status in GATEWAY - UNAVAILABLE or _broke_off(seen)


def _broke_off(seen: Seen) -> bool:
    """Whether the content of the answer could not be read to its end."""
    response = seen.exchange.response
    return response is not None and not response.truncated and seen.exchange.error is not None


def is_no_refusal(seen: Seen) -> bool:
    """Whether the answer says that the server failed, or, without any JSON, that all is well with what is wrong."""
    status = seen.status or 0
    if status >= 500:
        return True
    return seen.probe.kind in REFUSED_KINDS and 200 <= status < 300 and json_of(seen) is None


def is_page(seen: Seen) -> bool:
    """Whether the answer has content, and that is neither JSON nor said to be."""
    response = seen.exchange.response
    if response is None or not response.body.strip():
        return False
    return json_of(seen) is None and "json" not in (header(seen, "content-type") or "").lower()


def refuses_access(seen: Seen) -> bool:
    """Whether the answer refuses access as a whole, sends somewhere else, or is a page in place of JSON."""
    status = seen.status or 0
    return status in ACCESS or 300 <= status < 400 or (status < 500 and is_page(seen))


def is_in_doubt(seen: Seen, *, reads_served: bool) -> bool:
    """Whether the answer may say nothing of its probe: something else than the API may have given it.

    A read that is refused says nothing either way where no read has been served yet.
    """
    if seen.probe.kind in {"question", "setup", "control"}:
        return False
    return is_gateway(seen) or _is_unexpected(seen, reads_served=reads_served)


def _is_unexpected(seen: Seen, *, reads_served: bool) -> bool:
    """Whether access is refused, or a page comes, where the API has nothing to refuse or refuses otherwise."""
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


def _is_about_no_record(seen: Seen) -> bool:
    """Whether the path is well-formed and names no record: it is answered as the pages say."""
    return seen.probe.case == ABSENT or seen.probe.is_well_formed


def _is_refusal(seen: Seen) -> bool:
    """Whether the answer is one that the API itself may give to wrong credentials."""
    return seen.status is not None and 400 <= seen.status < 500 and seen.status != 407


def is_telling(seen: Seen) -> bool:
    """Whether the answer shows that the API reads requests with the valid credentials."""
    kind, status = seen.probe.kind, seen.status or 0
    if kind in NOT_TELLING or kind in ANY_REFUSAL or not seen.judged or _may_be_refused(seen):
        return False
    is_done = kind != "read" and kind not in REFUSED_KINDS and 200 <= status < 300 and not is_page(seen)
    return (is_done or json_of(seen) is not None) and status < 500 and status not in ACCESS


def _may_be_refused(seen: Seen) -> bool:
    """Whether the API itself may refuse this access, and has answered; any page may be of something before it."""
    if seen.probe.kind == "foreign":
        return seen.status == 403 and not is_page(seen)
    return seen.probe.kind == "read" and seen.probe.case in MAY_BE_REFUSED


def control_rank(seen: Seen) -> int | None:
    """Return how good a control the request of `seen` makes, 0 the best; None where sending it again is no control.

    It has been answered, and sent again it changes nothing: a read that was served, a request that was refused for
    what it says, one for a record that does not exist.
    """
    kind, status = seen.probe.kind, seen.status or 0
    if json_of(seen) is None or status in ACCESS or status in GATEWAY or status == 429:
        return None
    if kind == "read":
        return 0 if status == 200 and not _may_be_refused(seen) else None
    if (kind in {"near-miss", "malformed"} and 400 <= status < 500) or (kind == "valid" and status == 409):
        return 1
    return LAST_RANK if kind == "path" and seen.probe.case == ABSENT and status == 404 else None


def in_brief(seen: Seen) -> str:
    """Return what an answer is, as in `403 text/html, server: nginx`; the error in words where none came."""
    if seen.exchange.response is None:
        return seen.exchange.error or "no answer"
    media, server = (header(seen, "content-type") or "").partition(";")[0].strip(), header(seen, "server")
    said = " ".join(filter(None, [str(seen.status), media, "cut short" if _broke_off(seen) else ""]))
    return f"{said}, server: {server}" if server else said


def in_words(seen: Seen) -> str:
    """Return what an answer is, with the first line of it that says something."""
    line = first_line(seen)
    return f'{in_brief(seen)}, "{line}"' if line else in_brief(seen)


def first_line(seen: Seen) -> str:
    """Return the first line of an answer that says something to a reader, empty where there is none.

    Of a page that is its title or its first text, of a JSON object its message.
    """
    value, response = json_of(seen), seen.exchange.response
    if isinstance(value, dict):
        found = (value.get(name) for name in ("message", "error", "detail", "title"))
        return next((_cut(text) for text in found if isinstance(text, str) and text.strip()), "")
    text = response.body[:65536].decode("utf-8", "replace") if response else ""
    title = _TITLE.search(text)
    lines = [title[1] if title else "", *_MARKUP.sub("\n", text).splitlines()]
    return next((_cut(html.unescape(line)) for line in lines if any(char.isalnum() for char in line)), "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LINE_LIMIT else f"{cut(text, LINE_LIMIT - 3)}..."
