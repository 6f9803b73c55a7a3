"""The examples and the documents use only public names."""

from __future__ import annotations

import ast
import importlib

import pytest
from pages import PAGES, ROOT, blocks

PUBLIC = (
    *("appointment_conformance", "appointment_conformance.testing", "appointment_reports"),
    *("appointment_strategies", "appointment_strategies.mijnklantportaal", "appointment_strategies.omneo"),
    *("appointment_conformance.api", "appointment_conformance.reference", "appointment_specs"),
)
#: The page for people who change the suite itself.
INSIDE = "CONTRIBUTING.md"
EXAMPLES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").rglob("*.py"))}
SHOWN = {
    f"{page.name}-{number}": text
    for page in PAGES
    if page.name != INSIDE
    for number, text in enumerate(blocks(page.read_text(encoding="utf-8"), "python"))
}


def used(text):
    """Yield (module, name) of everything that a text imports of the project's packages; the name may be empty."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("appointment_"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("appointment_"):
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("text", [*EXAMPLES.values(), *SHOWN.values()], ids=[*EXAMPLES, *SHOWN])
def test_what_is_shown_uses_public_names_alone(text):
    """Each name that an example or a page imports is public."""
    for module, name in used(text):
        assert module in PUBLIC
        assert not name or name in importlib.import_module(module).__all__


def test_examples_and_pages_are_looked_at():
    """There are examples and pages with imports, so the test above checks something."""
    assert any(module == "appointment_conformance" for text in EXAMPLES.values() for module, _ in used(text))
    assert any(module == "appointment_conformance" for text in SHOWN.values() for module, _ in used(text))
