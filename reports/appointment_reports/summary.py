"""A run as short Markdown for the summary page of a CI job."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from .overview import counted
from .tally import OUTCOMES, additions, explanation, outcome, standing, tally
from .visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .overview import Overview, TargetOutcome
    from .result import RequirementResult, RunResult

#: Maximum bytes; CI services refuse a summary of more than 1 MiB.
MAX_BYTES = 900_000
#: Maximum characters of a table cell.
CELL_LIMIT = 200
#: Maximum characters of a replay line.
CURL_LIMIT = 2000
#: As entities, Markdown, autolinks, mentions and workflow commands (`::error::`, `##vso[`) have no effect.
ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "`|*_~[]()#\\!@$:"})


def summary(result: RunResult) -> str:
    """Return Markdown of less than 900 kB: verdict, facts, counts, then each problem, and the replay lines.

    Text of the target has no effect as Markdown, HTML or a workflow command.
    """
    blocks = [_heading(result), _facts(result), _counts(result)]
    problems = sorted(
        (item for item in result.requirements if item.verdict != "passed" or item.unstable),
        key=lambda item: OUTCOMES.index(outcome(item)),
    )
    if problems:
        blocks.append("\n| Requirement | Operation | Outcome | What happened |\n|---|---|---|---|\n")
        blocks += (_row(item) for item in problems)
    blocks += _additions(result)
    blocks += (_replay(item) for item in problems if item.failure and item.failure.curl)
    return "".join(_within(blocks, MAX_BYTES, "report.html"))


def overview_summary(overview: Overview) -> str:
    """Return Markdown of less than 900 kB: how many targets have each verdict, problems, notes, one row each."""
    blocks = [f"## {_escaped(overview.verdict.replace('-', ' '))}\n\n{_escaped(counted(overview.outcomes))}\n"]
    blocks += (f"\n**{_escaped(sentence, 1000)}**\n" for sentence in overview.problems)
    blocks += (f"\n{_escaped(sentence, 1000)}\n" for sentence in overview.notes)
    blocks.append(
        "\n| Target | Verdict | Failed | Untested | Requests | Seconds | Why |\n|---|---|---|---|---|---|---|\n"
    )
    blocks += (_target_row(outcome) for outcome in overview.outcomes)
    return "".join(_within(blocks, MAX_BYTES, "index.html"))


def _target_row(outcome: TargetOutcome) -> str:
    counts = map(str, (outcome.failed, outcome.untested, outcome.requests))
    cells = (outcome.target, outcome.verdict, *counts, f"{outcome.seconds:.1f}", outcome.reason)
    return "|" + "".join(f" {_escaped(cell)} |" for cell in cells) + "\n"


def _heading(result: RunResult) -> str:
    reason = f"\n{_escaped(result.reason, 2000)}\n" if result.reason else ""
    described = f"\n{_escaped(result.description, 1000)}\n" if result.description else ""
    return f"## {_escaped(result.target)}: {_escaped(result.verdict.replace('-', ' '))}\n{described}{reason}"


def _facts(result: RunResult) -> str:
    facts = {
        "API": f"{result.api} at {result.base_url}",
        **({"Contract": f"{result.contract.name}, SHA-256 {result.contract.sha256}"} if result.contract else {}),
        "Profile and seed": f"{result.profile}, {result.seed}",
        "Suite": result.suite_version,
        "Run": f"{result.run_id}, {result.started_at.isoformat(timespec='seconds')}, {result.duration_seconds:.1f} s",
        "Requests": f"{result.requests} sent, {result.appointments_consumed} fixtures consumed",
    }
    return "\n| | |\n|---|---|\n" + "".join(f"| {name} | {_escaped(value)} |\n" for name, value in facts.items())


def _counts(result: RunResult) -> str:
    if not result.requirements:
        return "\nNo requirement was judged.\n"
    counts = tally(result.requirements)
    header = "".join(f" {name} |" for name in OUTCOMES)
    values = "".join(f" {counts[name]} |" for name in OUTCOMES)
    return f"\n|{header}\n|{'---|' * len(OUTCOMES)}\n|{values}\n"


def _additions(result: RunResult) -> Iterator[str]:
    names_by_remedy = additions(result.requirements)
    if names_by_remedy:
        yield "\n**What to add**\n\n"
    for remedy, names in names_by_remedy.items():
        yield f"- {_escaped(remedy, 1000)} For {_escaped(', '.join(names), 1000)}.\n"


def _row(item: RequirementResult) -> str:
    level = f" ({standing(item)})" if item.level == "SHOULD" else ""
    cells = (item.id, item.operation, f"{outcome(item)}{level}", explanation(item))
    return "|" + "".join(f" {_escaped(cell)} |" for cell in cells) + "\n"


def _replay(item: RequirementResult) -> str:
    line = _escaped(item.failure.curl if item.failure else "", CURL_LIMIT)
    title = f"{_escaped(item.id)} {_escaped(item.operation)}"
    return f"\n<details><summary>Replay {title}</summary>\n\n<pre>{line}</pre>\n\n</details>\n"


def _within(blocks: Iterable[str], limit: int, rest: str) -> Iterator[str]:
    left = limit - 200
    for block in blocks:
        left -= len(block.encode())
        if left < 0:
            yield f"\n\nThe summary is too long and ends here; {rest} has the rest.\n"
            return
        yield block


def _escaped(text: str, limit: int = CELL_LIMIT) -> str:
    return html.escape(visible_line(text, limit), quote=False).translate(ENTITIES)
