"""From the verdicts of the requirements to the verdict of the target, and to an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from appointment_reports import RequirementResult, TargetVerdict

EXIT_CODES: Final[dict[TargetVerdict, int]] = {
    "conformant": 0,
    "conformant-with-deviations": 0,
    "not-conformant": 1,
    "not-testable": 3,
    "not-verified": 4,
    "error": 5,
}
USAGE = 2
INTERRUPTED = 130
#: Several targets: the worst code counts, in this order.
WORST_FIRST = (INTERRUPTED, 5, 2, 1, 3, 4, 0)


def fold(results: Sequence[RequirementResult], stale_entries: Sequence[str] = ()) -> tuple[TargetVerdict, str]:
    """Return the verdict of a target and its reason, empty for `conformant` without a reserve.

    MUST requirements decide, advice that gates where it does not hold, and `stale_entries`, sentences on declared
    deviations that do not stand any more. Where the suite itself failed, so has the run. Nothing positive follows from
    nothing: without a passed MUST the target is `not-verified`. The reason of every verdict names what is unstable.
    """
    verdict, reason = _folded(results, stale_entries)
    unsteady = _unsteady(results)
    return verdict, f"{reason.rstrip('.')}. {unsteady}" if reason and unsteady else reason or unsteady


def _folded(results: Sequence[RequirementResult], stale_entries: Sequence[str]) -> tuple[TargetVerdict, str]:
    defects = [result for result in results if result.defect]
    if defects:
        return "error", f"the suite itself could not judge {_names(defects)}; {defects[0].reason}"
    decisive = [result for result in results if result.level == "MUST" and result.applicable]
    advice = [result for result in results if result.level == "SHOULD" and result.applicable and result.gates]
    if objections := _objections(decisive, advice, stale_entries):
        return "not-conformant", objections
    if questions := _questions(decisive, advice):
        return "not-verified", questions
    if not any(result.verdict == "passed" for result in decisive):
        return "not-verified", "no requirement was exercised."
    declared = [result for result in results if result.verdict == "deviation"]
    if declared:
        return "conformant-with-deviations", f"declared deviations: {_names(declared)}."
    return "conformant", ""


def _questions(decisive: Sequence[RequirementResult], advice: Sequence[RequirementResult]) -> str:
    """What is left open, empty where nothing is; advice that was not exercised leaves nothing open."""
    if open_ones := [result for result in decisive if _open(result)]:
        share = f"{len(open_ones)} of {len(decisive)} MUST requirements"
        return f"{share} could not be judged: {_names(open_ones)}; {open_ones[0].reason}"
    unsteady = [result for result in advice if result.unstable and _open(result)]
    return f"advice that gates here could not be judged; {unsteady[0].reason}." if unsteady else ""


def _unsteady(results: Sequence[RequirementResult]) -> str:
    """What failed at first and not in every replay, all of it by name; empty where there is none."""
    held = [result for result in results if result.unstable and result.verdict == "passed"]
    open_ones = [result for result in results if result.unstable and result.verdict != "passed"]
    said = [f"unstable: {_names(open_ones, len(results))}."] if open_ones else []
    said += [f"{held[0].reason}: {_names(held, len(results))}."] if held else []
    return " ".join(said)


def _objections(
    decisive: Sequence[RequirementResult], advice: Sequence[RequirementResult], stale_entries: Sequence[str]
) -> str:
    """What speaks against the target, empty where nothing does."""
    failed, unheeded = _failed(decisive), _failed(advice)
    demanded = f"{len(failed)} of {len(decisive)} MUST requirements do not hold: {_names(failed)}."
    advised = f"{len(unheeded)} of {len(advice)} SHOULD requirements, which gate here, do not hold: {_names(unheeded)}."
    said = [*([demanded] if failed else []), *([advised] if unheeded else [])]
    return " ".join((*(said or (["declared deviations do not stand:"] if stale_entries else [])), *stale_entries))


def _failed(results: Sequence[RequirementResult]) -> list[RequirementResult]:
    return [result for result in results if result.verdict == "failed"]


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of a run over several targets; internal error where there is none at all."""
    return min(codes, key=WORST_FIRST.index, default=EXIT_CODES["error"])


def _open(result: RequirementResult) -> bool:
    """Whether the result leaves a question that the requirement's own condition does not excuse."""
    if result.verdict == "error":
        return True
    return result.verdict == "untested" and result.applicable


def _names(results: Sequence[RequirementResult], most: int = 6) -> str:
    names = [f"{result.id} ({result.operation})" for result in results]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
