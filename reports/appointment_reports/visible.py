"""Hostile text made safe to show: nothing is stripped, whatever hides or steers becomes a visible escape."""

from __future__ import annotations

#: Characters of a body that a report shows before it leaves out the middle.
BODY_LIMIT = 8 * 1024
#: Characters of a line that a report shows before it leaves out the middle.
LINE_LIMIT = 300


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
    return _escape(text[:head], kept)[:head] + mark + _last(_escape(_last(text, tail), kept), tail)


def _escape(text: str, kept: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in kept else char.encode("unicode_escape").decode("ascii") for char in text
    )


def _last(text: str, count: int) -> str:
    return text[max(len(text) - count, 0) :]
