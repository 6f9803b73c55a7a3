"""Answers that may come from something in front of the API: a gateway, a firewall, a login page, an expired session."""

from __future__ import annotations

import html
import re
from typing import Final

from .answer import header, json_of
from .recording import UNAVAILABLE, Seen

#: Statuses that a gateway gives in the API's place, or that say nothing of the request (RFC 9110, section 15.6; the
#: rest are in use without a registration).
GATEWAY: Final = frozenset({408, 499, 502, 503, 504, *range(520, 531), 598, 599})
#: Statuses with which access as a whole is refused, by the API or by what stands before it.
ACCESS: Final = frozenset({401, 403, 407, 511})
#: Statuses of pages with which routers, servers and parsers refuse one odd request.
ODD_REQUEST: Final = frozenset({400, 404, 405, 410, 411, 413, 414, 415, 422, 431})
#: Kinds of probes that send other credentials than the right ones, or ask what no document answers.
NOT_TELLING: Final = frozenset({"credentials", "second", "question", "neighbour", "control"})
#: Kinds for which any refusal will do, whoever refuses.
ANY_REFUSAL: Final = frozenset({"path", "method"})
#: What reads are cases of that the API itself may refuse: of another account's record, or with another token.
MAY_BE_REFUSED: Final = ("foreign", "forbidden", "second")
LINE_LIMIT = 120
_MARKUP = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


def is_gateway(seen: Seen) -> bool:
    """Whether no answer came, or one that gateways give in the API's place.

    A 503 asks for patience, which the client has had: it may be the API's own.
    """
    return seen.is_silence or seen.status in GATEWAY - UNAVAILABLE


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
    kind = seen.probe.kind
    if kind in {"question", "neighbour", "control"}:
        return False
    if is_gateway(seen):
        return True
    if kind in {"credentials", "second"} or (kind == "read" and not reads_served) or _may_be_refused(seen):
        return False
    if kind in ANY_REFUSAL and seen.probe.of != "absent":
        return False
    if kind in {"near-miss", "malformed", "path", "generated"} and seen.status in ODD_REQUEST:
        return False
    return refuses_access(seen)


def is_telling(seen: Seen) -> bool:
    """Whether the answer shows that the API reads requests with the valid credentials."""
    kind, status = seen.probe.kind, seen.status or 0
    if kind in NOT_TELLING or kind in ANY_REFUSAL or not seen.judged or _may_be_refused(seen):
        return False
    is_answer = json_of(seen) is not None or (kind != "read" and 200 <= status < 300 and not is_page(seen))
    return is_answer and status < 500 and status not in ACCESS


def _may_be_refused(seen: Seen) -> bool:
    """Whether the API itself may refuse this access, and has answered; any page may be of something before it."""
    if seen.probe.kind == "foreign":
        return seen.status == 403 and not is_page(seen)
    return seen.probe.kind == "read" and seen.probe.of.startswith(MAY_BE_REFUSED)


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
    return 2 if kind == "path" and seen.probe.of == "absent" and status == 404 else None


def in_brief(seen: Seen) -> str:
    """Return what an answer is, as in `403 text/html, server: nginx`; the error in words where none came."""
    if seen.exchange.response is None:
        return seen.exchange.error or "no answer"
    media, server = (header(seen, "content-type") or "").partition(";")[0].strip(), header(seen, "server")
    said = " ".join(filter(None, [str(seen.status), media]))
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
    return text if len(text) <= LINE_LIMIT else f"{text[: LINE_LIMIT - 3]}..."
