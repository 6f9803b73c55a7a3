"""Shared by the tests of the documents: the pages, and functions that read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text_of(name):
    """Return the text of a page named from the top of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    """Return the fenced blocks of a language."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def links(text):
    """Return the targets of the links outside of code."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text)))


def anchors(text):
    """Return the anchors that the headings of a page get."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tables(text):
    """Return the rows of the tables below each heading, as cells without backticks; head rows are left out."""
    rows_below, heading = {}, ""
    for line in _FENCE.sub("", text).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").replace("`", "")
        elif line.startswith("|"):
            rows_below.setdefault(heading, []).append([cell.strip().replace("`", "") for cell in line.split("|")[1:-1]])
    return {heading: _body(rows) for heading, rows in rows_below.items()}


def _body(rows):
    """Return the rows without each head row and the line of dashes below it."""
    dashes = [index for index, row in enumerate(rows) if set("".join(row)) <= set("-: ")]
    heads = {index - 1 for index in dashes} | set(dashes)
    return [row for index, row in enumerate(rows) if index not in heads]
