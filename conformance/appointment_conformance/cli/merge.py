"""Merge the reports of several runs: every target counts once, and a target that has not reported is an error."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jsonschema import Draft202012Validator

from appointment_conformance import __version__
from appointment_conformance.engine.verdict import EXIT_CODES, fold
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.wording import amount
from appointment_reports import ReportError, RunResult, TargetVerdict, document, result_schema
from appointment_reports.overview import Overview, TargetOutcome, outcome_of, worst_first
from appointment_reports.overview_files import NAMES, write_overview
from appointment_reports.shard_manifest import ShardManifest, manifests_in, read_manifest
from appointment_reports.stored import read_json, result_of

#: How many names a sentence lists.
MAX_LISTED: Final = 8
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that says that it has judged a target: the folder of its reports, and the id of the run."""

    target: str
    folder: Path
    #: Empty if no manifest names the run; then any result in the folder is the one.
    run_id: str = ""

    @property
    def report(self) -> str:
        """The path of the page, empty if there is none."""
        page = self.folder / "report.html"
        return str(page) if page.is_file() else ""

    def result(self) -> RunResult:
        """Return the result of the run. Raises ReportError if it has left none that counts."""
        path = self.folder / "result.json"
        if self.run_id and not path.exists():
            raise ReportError(f"it never reported: its run was started and left no {path}")
        result = result_of(read_json(path, _validator()))
        if result.target != self.target:
            raise ReportError(f"{path} is about another target")
        if self.run_id and result.run_id != self.run_id:
            raise ReportError(f"it never reported: {path} is of another run than the one of its shard")
        if EXIT_CODES[result.verdict] == 0 and _verdict_of_judged(result) != result.verdict:
            raise ReportError(f"{path} contradicts itself: its verdict does not follow from its requirements")
        return result


@dataclass(frozen=True, slots=True)
class Found:
    """What is in the directories: the manifests with their places, and the claims."""

    manifests: tuple[tuple[Path, ShardManifest], ...]
    claims: tuple[Claim, ...]
    #: How many results no manifest of their directory names.
    left_over: int


def find(directories: Iterable[Path]) -> Found:
    """Return what is in the directories; each counts once. Raises ConfigurationError for one that holds no run."""
    found = [_found_in(directory) for directory in _distinct(directories)]
    return Found(
        tuple(manifest for part in found for manifest in part.manifests),
        tuple(claim for part in found for claim in part.claims),
        sum(part.left_over for part in found),
    )


def merge(directories: Iterable[Path], output: Path) -> tuple[Overview, tuple[Path, ...]]:
    """Merge what is in the directories, write the files to `output`, and return the overview and their paths.

    Files of an earlier merge are removed first. Raises ConfigurationError.
    """
    _clear(output)
    found = find(directories)
    results, outcomes = [], []
    for target, claims in _claims_by_target(found).items():
        result = _merged_result(target, claims, found.manifests)
        results.append(result)
        outcomes.append(outcome_of(document(result), claims[0].report if result.run_id else ""))
    overview = Overview(worst_first(outcomes), _problems(found), tuple(_notes(found, results)), __version__)
    linked = replace(overview, outcomes=tuple(_linked(outcome, output) for outcome in overview.outcomes))
    try:
        return overview, write_overview(linked, results, output)
    except ReportError as error:
        raise ConfigurationError(f"{error}; check permissions and free space.") from error


def exit_codes(overview: Overview) -> Iterator[int]:
    """Yield the exit code of each outcome, and that of an error if there is a problem."""
    yield from (EXIT_CODES[outcome.verdict] for outcome in overview.outcomes)
    if overview.problems:
        yield EXIT_CODES["error"]


def _clear(output: Path) -> None:
    """Remove the files of an earlier merge."""
    if (output / "result.json").exists():
        raise ConfigurationError(f"{output} has the reports of one target; choose another --output.")
    for name in NAMES:
        try:
            (output / name).unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"cannot write {output / name}: {error.strerror}; choose another --output."
            ) from None


def _distinct(directories: Iterable[Path]) -> list[Path]:
    return list({directory.resolve(): directory for directory in directories}.values())


def _found_in(directory: Path) -> Found:
    try:
        paths = manifests_in(directory)
        results = sorted(path.parent for path in directory.glob("*/result.json"))
    except OSError as error:
        raise ConfigurationError(
            f"{directory} cannot be read: {error.strerror}; name directories of reports."
        ) from None
    if not paths:
        if not results:
            raise ConfigurationError(f"{directory} has no reports; name the --output of each run.")
        return Found((), tuple(Claim(folder.name, folder) for folder in results), 0)
    try:
        manifests = tuple((path, read_manifest(path)) for path in paths)
    except ReportError as error:
        raise ConfigurationError(f"{error}; run the shard again.") from error
    claims = tuple(
        Claim(target, directory / target, run_id)
        for _, manifest in manifests
        for target, run_id in manifest.runs.items()
    )
    return Found(manifests, claims, len({folder.name for folder in results} - {claim.target for claim in claims}))


def _claims_by_target(found: Found) -> dict[str, list[Claim]]:
    """The claims of each target, none for a target that only a manifest names."""
    claims: dict[str, list[Claim]] = {name: [] for _, manifest in found.manifests for name in manifest.targets}
    for claim in found.claims:
        claims.setdefault(claim.target, []).append(claim)
    return claims


def _merged_result(target: str, claims: Sequence[Claim], manifests: Sequence[tuple[Path, ShardManifest]]) -> RunResult:
    if not claims:
        shard = next(
            f"shard {manifest.targets[target]} of {manifest.shards}"
            for _, manifest in manifests
            if target in manifest.targets
        )
        return _error(target, f"it never reported: it is in {shard}, and none of the directories has its run")
    if len(claims) > 1:
        places = list(dict.fromkeys(str(claim.folder) for claim in claims))
        if len(places) > 1:
            return _error(target, f"it was judged {len(claims)} times: in {_listed(places)}")
        # A folder has one result: the manifests of two shards name it, and one of them is left from an earlier run.
        return _error(target, f"it was judged {len(claims)} times: by shards that differ, all in {places[0]}")
    try:
        return claims[0].result()
    except ReportError as error:
        return _error(target, str(error))


def _error(target: str, reason: str) -> RunResult:
    return RunResult(
        target=target,
        api=_UNKNOWN,
        base_url=_UNKNOWN,
        verdict="error",
        reason=f"{reason}.",
        profile=_UNKNOWN,
        seed=0,
        suite_version=__version__,
        run_id="",
        started_at=datetime.now(UTC),
        duration_seconds=0.0,
        requests=0,
        appointments_consumed=0,
        requirements=(),
    )


def _verdict_of_judged(result: RunResult) -> TargetVerdict:
    """The verdict that follows from what was judged. A file does not say whether what is untested had to be judged."""
    return fold([requirement for requirement in result.requirements if requirement.verdict != "untested"])[0]


def _problems(found: Found) -> tuple[str, ...]:
    """Sentences on what makes the merged results worthless, although each of them can be read."""
    pipelines = sorted({manifest.pipeline for _, manifest in found.manifests if manifest.pipeline})
    if len(pipelines) > 1:
        return (f"the shards are of different pipelines ({_listed(pipelines)}); merge those of one.",)
    return ()


def _notes(found: Found, results: Sequence[RunResult]) -> Iterator[str]:
    """Sentences on what a reader should know, which changes no verdict."""
    judged = [result for result in results if result.run_id]
    if parts := [result.target for result in judged if result.partial]:
        yield f"the verdict on {amount(len(parts), 'target')} is about selected requirements only: {_listed(parts)}."
    yield from _differing("suite versions", (result.suite_version for result in judged))
    yield from _differing("profiles", (result.profile for result in judged))
    yield from _differing("targets files", (result.targets_file for result in judged))
    splits = {tuple(sorted(manifest.targets.items())) for _, manifest in found.manifests}
    if len(splits) > 1:
        yield "the shards do not agree on the targets and their shards: their targets files, names or numbers differ."
    for total in sorted({manifest.shards for _, manifest in found.manifests}):
        yield from _missing_shards(total, [manifest for _, manifest in found.manifests if manifest.shards == total])
    if found.left_over:
        yield f"{amount(found.left_over, 'result')} of other runs in these directories left out."


def _missing_shards(total: int, manifests: Sequence[ShardManifest]) -> Iterator[str]:
    """A sentence on the shards that have not reported. Their targets are errors; a shard without targets is not."""
    missing = sorted(set(range(1, total + 1)) - {manifest.shard for manifest in manifests})
    if missing:
        yield f"of {total} shards {len(missing)} never reported: {_listed(list(map(str, missing)))}."
    empty = Counter(shard for manifest in manifests[:1] for shard in manifest.targets.values())
    without = [str(number) for number in range(1, total + 1) if number not in empty and number not in missing]
    if without:
        yield f"of {total} shards {len(without)} reported and had no targets: {_listed(without)}."


def _differing(what: str, values: Iterable[str]) -> Iterator[str]:
    counts = Counter(values)
    if len(counts) > 1:
        listed = _listed([f"{value or 'none'} ({amount(count, 'target')})" for value, count in sorted(counts.items())])
        yield f"the results are of different {what}: {listed}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return ", ".join(names[:MAX_LISTED]) + more


def _linked(outcome: TargetOutcome, output: Path) -> TargetOutcome:
    """The outcome with the path of its report relative to `output`."""
    if not outcome.report:
        return outcome
    try:
        path = Path(os.path.relpath(Path(outcome.report).resolve(), output.resolve())).as_posix()
    except ValueError:  # There is no relative path between two drives.
        path = ""
    return replace(outcome, report=path)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(result_schema())
