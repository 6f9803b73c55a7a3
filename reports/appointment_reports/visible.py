"""Make hostile text safe to show. No character is removed; control and invisible characters become escapes."""

from __future__ import annotations

from functools import cache

from .curl import PLACEHOLDER

#: Maximum characters of a body in a report; the middle of a longer one is left out.
BODY_LIMIT = 8 * 1024
#: Maximum characters of a line in a report; the middle of a longer one is left out.
LINE_LIMIT = 300
#: Maximum characters of the placeholder of a secret.
MAX_PLACEHOLDER = 64


def cut(text: str, limit: int) -> str:
    """Return the first `limit` characters of `text`, or fewer, so that no placeholder of a secret is cut."""
    placeholder = _placeholder_across(text, limit)
    return text[: placeholder[0] if placeholder else limit]


def visible(text: str, limit: int | None = None) -> str:
    r"""Return `text` with an escape (`\x1b`, `\u202e`) for every non-printing character except `\n` and `\t`.

    Control, bidirectional and zero-width characters, line and paragraph separators, lone surrogates and
    non-characters become escapes. The result is valid in XML 1.0, HTML, JSON and UTF-8, and has no effect on a
    terminal. With a `limit` it has at most that many characters: the middle of a longer text is left out.
    """
    return _escaped(text, "\n\t", limit)


def visible_line(text: str, limit: int | None = LINE_LIMIT) -> str:
    r"""Return `text` as `visible` does, on one line: line ends and tabs become `\n` and `\t`."""
    return _escaped(text, "", limit)


def visible_body(body: bytes, limit: int | None = BODY_LIMIT) -> str:
    r"""Return `body` as `visible` text, read as UTF-8; bytes that are not UTF-8 become escapes as `\xff`."""
    return visible(body.decode("utf-8", "backslashreplace"), limit)


def _escaped(text: str, kept: str, limit: int | None) -> str:
    # A text over the limit is cut before it is escaped, so a huge text takes no extra time.
    whole = _escape(text, kept) if limit is None or len(text) <= limit else None
    if whole is not None and (limit is None or len(whole) <= limit):
        return whole
    mark = f" [... cut from {len(text)} characters ...] "
    room = max((limit or 0) - len(mark), 0)
    # The end of an answer is often important: it gets a third of the limit.
    tail = room // 3
    head = room - tail
    return cut(_escape(cut(text, head), kept), head) + mark + _last(_escape(_last(text, tail), kept), tail)


def _escape(text: str, kept: str) -> str:
    return text if text.isprintable() else text.translate(_shown_as(kept))


class _ShownAs(dict[int, str]):
    """How each character is shown, by its code point. An entry is made when a character first occurs."""

    def __init__(self, kept: str) -> None:
        self._kept = kept

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        is_plain = char.isprintable() or char in self._kept
        self[code_point] = shown = char if is_plain else char.encode("unicode_escape").decode("ascii")
        return shown


_shown_as = cache(_ShownAs)


def _last(text: str, count: int) -> str:
    """The last `count` characters, or fewer, so that no placeholder is cut."""
    place = max(len(text) - count, 0)
    placeholder = _placeholder_across(text, place)
    return text[placeholder[1] if placeholder else place :]


def _placeholder_across(text: str, place: int) -> tuple[int, int] | None:
    """The start and the end of the placeholder that a cut at `place` would divide, None if there is none."""
    around = PLACEHOLDER.finditer(text, max(place - MAX_PLACEHOLDER, 0), place + MAX_PLACEHOLDER)
    return next((match.span() for match in around if match.start() < place < match.end()), None)
