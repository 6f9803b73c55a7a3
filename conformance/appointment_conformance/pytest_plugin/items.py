"""Requirements as pytest items of their own class, so other plugins do not change how they are collected or named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest

from appointment_conformance.engine.requirement import Requirement
from appointment_reports import RequirementResult, standing, visible, visible_line

Evaluate = Callable[[Requirement, str], RequirementResult]


class RequirementNotMet(Exception):  # noqa: N818 - the name says what happened
    """A requirement does not hold; carries its result."""

    def __init__(self, result: RequirementResult) -> None:
        """Keep the result for the report."""
        super().__init__(result.reason)
        self.result = result


class RequirementFile(pytest.File):
    """A file of the suite: it has one item for each requirement of the target's API and each operation."""

    evaluate: Evaluate
    #: Replaces the secrets in a text.
    hide: Callable[[str], str]
    requirements: tuple[Requirement, ...]

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item for each requirement and operation; `-k` selects by id, operation, level and section."""
        for requirement in self.requirements:
            for operation in requirement.operations:
                yield RequirementItem.from_parent(
                    self, name=f"{requirement.id}[{operation}]", requirement=requirement, operation=operation
                )


class RequirementItem(pytest.Item):
    """One requirement on one operation. Its name is made of the id and the operation, so it never changes."""

    def __init__(self, *, requirement: Requirement, operation: str, **kwargs: Any) -> None:
        """Keep the requirement and the operation."""
        super().__init__(**kwargs)
        self.requirement, self.operation = requirement, operation
        self.extra_keyword_matches |= {requirement.level, requirement.section}

    def runtest(self) -> None:
        """Evaluate the requirement. One that is untested, or fails as advice only, is skipped with its reason."""
        result = self.getparent(RequirementFile).evaluate(self.requirement, self.operation)  # type: ignore[union-attr] # an item always has such a parent
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
            file = self.getparent(RequirementFile)
            return visible(file.hide("".join(format_exception(excinfo.value)))) if file else ""
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
