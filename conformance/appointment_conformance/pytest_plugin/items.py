"""Requirements as pytest items of their own class, so other plugins do not change how they are collected or named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from appointment_conformance.engine.needs import on_each_operation
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.errors import NotTestable
from appointment_conformance.traffic.redaction import traceback_without_secrets
from appointment_reports import RequirementResult, standing, visible, visible_line

from .judgement import Judgement
from .markers import marks_of


class RequirementNotMet(Exception):  # noqa: N818 - the name says what happened
    """A requirement does not hold; carries its result."""

    def __init__(self, result: RequirementResult) -> None:
        """Keep the result for the report."""
        super().__init__(result.reason)
        self.result = result


class RequirementFile(pytest.File):
    """A file of the suite: it has one item for each requirement of each target's API and each operation."""

    judgements: Sequence[Judgement]

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the items of each target; several targets have their names in those of the items."""
        for judgement in self.judgements:
            for requirement, operation in on_each_operation(judgement.api.catalogue):
                name = item_name(requirement, operation, judgement.job.target if len(self.judgements) > 1 else "")
                yield RequirementItem.from_parent(
                    self,
                    name=name,
                    # As text, because some versions of pytest read the brackets of an id only there.
                    nodeid=f"{self.nodeid}::{name}",
                    requirement=requirement,
                    operation=operation,
                    judgement=judgement,
                )


def item_name(requirement: Requirement, operation: str, target: str = "") -> str:
    """Return the name of an item, which never changes; `target` is empty in a session of one target."""
    return f"{requirement.id}[{target}-{operation}]" if target else f"{requirement.id}[{operation}]"


class RequirementItem(pytest.Item):
    """One requirement on one operation of one target."""

    def __init__(self, *, requirement: Requirement, operation: str, judgement: Judgement, **kwargs: Any) -> None:
        """Keep what the item is about; `-k` selects by id, target, operation, level and section, `-m` by its marks."""
        super().__init__(**kwargs)
        self.requirement, self.operation, self.judgement = requirement, operation, judgement
        self.extra_keyword_matches |= {requirement.level, requirement.section}
        for mark in marks_of(requirement, operation):
            self.add_marker(mark)

    def runtest(self) -> None:
        """Evaluate the requirement. One that is untested, or fails as advice only, is skipped with its reason."""
        try:
            result = self.judgement.evaluate(self.requirement, self.operation)
        except NotTestable as reason:
            pytest.skip(f"not testable: {visible_line(str(reason))}")
        self.user_properties.append(("verdict", result.verdict))
        self.user_properties.append(("reason", visible_line(result.reason)))
        self.user_properties.append(("level", standing(result)))
        if result.verdict == "untested":
            pytest.skip(visible_line(result.reason))
        if result.verdict == "deviation":
            pytest.skip(f"known deviation: {visible_line(result.reason)}")
        if result.verdict == "failed" and not result.gates:
            pytest.skip(f"advisory: {visible_line(result.failure.actual if result.failure else result.reason)}")
        if result.verdict in {"failed", "error"}:
            raise RequirementNotMet(result)

    def _initrequest(self) -> None:
        """Do nothing. Plugins that repeat a test call this method; the scenarios are not run again."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """Show expected, actual and the curl line. For an error of the suite show the traceback without values."""
        if not isinstance(excinfo.value, RequirementNotMet):
            return visible(traceback_without_secrets(excinfo.value))
        result, failure = excinfo.value.result, excinfo.value.result.failure
        lines = [
            f"{result.id} ({result.operation}): {result.title}",
            f"level:    {standing(result)}",
            f"source:   {result.source}",
        ]
        if failure is None:
            return "\n".join([*lines, visible_line(result.reason)])
        return "\n".join(
            [
                *lines,
                f"expected: {visible_line(failure.expected)}",
                f"actual:   {visible_line(failure.actual)}",
                f"replay:   {failure.curl}",
                f"reason:   {visible_line(result.reason)}",
                f"declare:  fingerprint {failure.fingerprint}, in the file that `deviations` of the target names",
            ]
        )

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the place of the requirement's function."""
        code = self.requirement.check.__code__
        return Path(code.co_filename), code.co_firstlineno, f"{self.requirement.id} {self.operation}"


def kept_together(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the items with those of each target one after the other, where its first one was, in their own order."""
    of_target: dict[str, list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, RequirementItem):
            of_target.setdefault(item.judgement.job.target, []).append(item)
    ordered: list[pytest.Item] = []
    for item in items:
        ordered += of_target.pop(item.judgement.job.target, []) if isinstance(item, RequirementItem) else [item]
    return ordered


def without_secrets(report: pytest.TestReport, hide: Callable[[str], str]) -> pytest.TestReport:
    """Return `report` with the secrets hidden in all its texts: the failure, captured output, the properties."""
    shown = report.longrepr
    if isinstance(shown, tuple):
        report.longrepr = (*shown[:2], hide(shown[2]))
    elif shown is not None and (hidden := hide(str(shown))) != str(shown):
        report.longrepr = hidden
    report.sections = [(name, hide(text)) for name, text in report.sections]
    report.user_properties = [
        (name, hide(value) if isinstance(value, str) else value) for name, value in report.user_properties
    ]
    return report
