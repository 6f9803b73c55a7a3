"""Requirements as pytest items of our own: no other plugin's way of collecting or naming functions gets in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest

from appointment_conformance.engine.requirement import Requirement
from appointment_reports import RequirementResult, standing, visible, visible_line

Evaluate = Callable[[Requirement, str], RequirementResult]


class RequirementNotMet(Exception):  # noqa: N818 - it reads as the sentence it makes
    """A requirement does not hold; carries its result."""

    def __init__(self, result: RequirementResult) -> None:
        """Keep the result for the report."""
        super().__init__(result.reason)
        self.result = result


class RequirementFile(pytest.File):
    """The file that stands for the suite: one item for each requirement of the target's API and each operation."""

    evaluate: Evaluate
    #: Replaces what is secret in a text.
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
    """One requirement on one operation; its id is the requirement's, so it never changes."""

    def __init__(self, *, requirement: Requirement, operation: str, **kwargs: Any) -> None:
        """Keep what is to be judged."""
        super().__init__(**kwargs)
        self.requirement, self.operation = requirement, operation
        self.extra_keyword_matches |= {requirement.level, requirement.section}

    def runtest(self) -> None:
        """Judge; a requirement that cannot be judged is skipped with its reason, and so is one that only advises."""
        result = self.getparent(RequirementFile).evaluate(self.requirement, self.operation)  # type: ignore[union-attr] # always in one
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
        """Be ready to be judged again: plugins that run a test once more call it, and what was played stays played."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """Show expected, actual and the curl line; of an error of the suite the place, and no value that was passed."""
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
        """Point at the function of the suite."""
        code = self.requirement.check.__code__
        return Path(code.co_filename), code.co_firstlineno, f"{self.requirement.id} {self.operation}"


def without_secrets(report: pytest.TestReport, hide: Callable[[str], str]) -> pytest.TestReport:
    """Return `report` with all its texts hidden: what failed, what was captured, the properties."""
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
