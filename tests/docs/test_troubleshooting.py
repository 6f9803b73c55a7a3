"""The messages that the page on troubleshooting quotes exist in the suite."""

from __future__ import annotations

import ast
import re

from pages import ROOT, text_of

#: What no literal of ours holds: texts of the system and of libraries, and sentences put together from two.
OF_OTHERS = {
    "Connection refused",  # the system
    "Name or service not known",  # the system
    "certificate verify failed",  # OpenSSL
    "unrecognized arguments: --target",  # pytest
    "/conftest.py",  # pytest
    "must match the pattern",  # targets/complaint.py: must, and what the schema demands
    "must be of type",  # the same
    "must be one of",  # the same
}


def literals():
    """Yield every text of the source except docstrings; of a formatted text, each constant part."""
    for folder in ("conformance", "reports", "specs"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            described = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in described)
            yield from (node.value for node in constants if isinstance(node.value, str))


def quoted():
    """Return the quotes in the first cells of the tables, cut at dots and at a status, where something is filled in."""
    cells = re.findall(r"(?m)^\| (`.*?) \| ", text_of("docs/troubleshooting.md"))
    quotes = [quote for cell in cells for quote in re.findall(r"`([^`]+)`", cell)]
    pieces = (piece.strip(" :;,.()") for quote in quotes for piece in re.split(r"\.\.\.|\b\d{3}\b", quote))
    return {piece for piece in pieces if piece}


def test_every_quoted_message_is_said():
    """Each quoted piece is a literal of the source, or is listed as text of others; every listed one is quoted."""
    said = set(literals())
    unsaid = {piece for piece in quoted() if not any(piece in text for text in said)}
    assert len(quoted()) > 40
    assert unsaid == OF_OTHERS
