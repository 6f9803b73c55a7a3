"""The mutants of one source text: each change that mutmut's operators make, under an id that outlives other edits.

mutmut's own runner leaves decorated functions and the attributes of classes alone, and those are half of a web
application. So its operators are called directly, on every node of the syntax tree but imports and annotations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutant import Mutant
from mutmut.mutation.mutators import mutation_operators

__all__ = ["Mutations"]


class Mutations:
    """All mutants of a source text by their ids; the text of one is made when it is asked for, since that is slow."""

    def __init__(self, source: str) -> None:
        """Find every change; ids come in the order of the source."""
        tree = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        finder = _Finder(source.splitlines())
        tree.visit(finder)
        self._module = tree.module
        self._changes: dict[str, _Change] = {}
        counted: Counter[str] = Counter()
        for change in finder.changes:
            counted[change.place] += 1
            self._changes[f"{change.place} {counted[change.place]}]"] = change

    @property
    def ids(self) -> list[str]:
        """Return the ids of all mutants."""
        return [*self._changes]

    def mutant(self, name: str) -> Mutant:
        """Return the mutant of that id."""
        change = self._changes[name]
        return Mutant(name, self._module.deep_replace(change.node, change.replacement).code)


@dataclass(frozen=True, slots=True)
class _Change:
    node: cst.CSTNode
    replacement: cst.CSTNode
    place: str


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines
        self.changes: list[_Change] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep what each operator makes of the node."""
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.changes += [self._change(node, made, operator.__name__) for made in operator(node)]
        return True

    def _change(self, node: cst.CSTNode, made: cst.CSTNode, operator: str) -> _Change:
        line = self.get_metadata(PositionProvider, node).start.line
        words = " ".join(self.lines[line - 1].split())
        scope = ".".join(reversed([*self._scope(node)])) or "module"
        return _Change(node, made, f"{scope}: {words} [{operator.removeprefix('operator_')}")

    def _scope(self, node: cst.CSTNode) -> Iterator[str]:
        """Yield the names of the definitions around the node, the innermost first."""
        above: cst.CSTNode | None = node
        while above is not None:
            if isinstance(above, cst.FunctionDef | cst.ClassDef):
                yield above.name.value
            above = self.get_metadata(ParentNodeProvider, above, None)
