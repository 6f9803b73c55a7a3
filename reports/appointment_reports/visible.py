"""Hostile text made safe to show: nothing is stripped, whatever hides or steers becomes a visible escape."""

from __future__ import annotations

from functools import cache

from .curl import PLACEHOLDER

#: Characters of a body that a report shows before it leaves out the middle.
BODY_LIMIT = 8 * 1024
#: Characters of a line that a report shows before it leaves out the middle.
LINE_LIMIT = 300
#: No placeholder of a secret is longer.
LONGEST_PLACEHOLDER = 64


def cut(text: str, limit: int) -> str:
    """Return the first `limit` characters of `text`; fewer where a placeholder of a secret would be cut in two."""
    placeholder = _placeholder_across(text, limit)
    return text[: placeholder[0] if placeholder else limit]


def visible(text: str, limit: int | None = None) -> str:
    r"""Return `text` with every character that does not print as an escape (`\x1b`, `\u202e`); `\n` and `\t` stay.

    Control, bidirectional and zero-width characters, line and paragraph separators, lone surrogates and
    non-characters all become escapes, so the outcome is valid in XML 1.0, HTML, JSON and UTF-8 and inert in a
    terminal. With a `limit` the outcome has at most that many characters: head and tail, the middle left out.
    """
    return _escaped(text, "\n\t", limit)


def visible_line(text: str, limit: int | None = LINE_LIMIT) -> str:
    r"""Return `text` as `visible` does, on one line: line ends and tabs become `\n` and `\t`."""
    return _escaped(text, "", limit)


def visible_body(body: bytes, limit: int | None = BODY_LIMIT) -> str:
    r"""Return `body` read as UTF-8 and made visible; bytes that are not UTF-8 become `\xff`."""
    return visible(body.decode("utf-8", "backslashreplace"), limit)


def _escaped(text: str, kept: str, limit: int | None) -> str:
    # A text far over its limit is cut before it is escaped, so that a huge one costs nothing.
    whole = _escape(text, kept) if limit is None or len(text) <= limit else None
    if whole is not None and (limit is None or len(whole) <= limit):
        return whole
    mark = f" [... cut from {len(text)} characters ...] "
    room = max((limit or 0) - len(mark), 0)
    # The end of an answer often holds what matters: a third of the room is its.
    tail = room // 3
    head = room - tail
    return cut(_escape(cut(text, head), kept), head) + mark + _last(_escape(_last(text, tail), kept), tail)


def _escape(text: str, kept: str) -> str:
    return text if text.isprintable() else text.translate(_shown_as(kept))


class _ShownAs(dict[int, str]):
    """How each character is shown, by its code point; filled when a character is first met."""

    def __init__(self, kept: str) -> None:
        self._kept = kept

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        is_plain = char.isprintable() or char in self._kept
        self[code_point] = shown = char if is_plain else char.encode("unicode_escape").decode("ascii")
        return shown


_shown_as = cache(_ShownAs)


def _last(text: str, count: int) -> str:
    """The last `count` characters; fewer where a placeholder would be cut in two."""
    place = max(len(text) - count, 0)
    placeholder = _placeholder_across(text, place)
    return text[placeholder[1] if placeholder else place :]


def _placeholder_across(text: str, place: int) -> tuple[int, int] | None:
    """Where the placeholder of a secret begins and ends that `place` would cut in two, None where there is none."""
    around = PLACEHOLDER.finditer(text, max(place - LONGEST_PLACEHOLDER, 0), place + LONGEST_PLACEHOLDER)
    return next((match.span() for match in around if match.start() < place < match.end()), None)
