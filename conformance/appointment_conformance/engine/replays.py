"""Replays: what deviated is played again with fresh data before the target is accused of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.evidence import Deviation
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.engine.scenario_runner import Attempt
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.requests_session import block_unguarded_requests
from appointment_reports import RequirementResult, RequirementVerdict

#: Scenarios played one after the other, by name: the last one shows what those before it did.
Chain = tuple[str, ...]
#: The second round is played only for what the first one does not confirm.
ROUNDS: Final = 2
#: With `unstable: ignore` a requirement that failed at first passes once it has held in so many replays, one after the
#: other, and failed in none.
CLEAN_REPLAYS: Final = 3


#: Runs a scenario and returns why it did not come to its end, None where it did.
RunScenario = Callable[[Scenario], str | None]
#: Judges one requirement on one operation over a replay alone.
Rejudge = Callable[[Attempt], RequirementResult]


class Replays:
    """The replays of one run, shared by its requirements: each chain is played once a round at most, on demand."""

    def __init__(
        self, context: ScenarioContext, recording: Recording, scenarios: Iterable[Scenario], run: RunScenario
    ) -> None:
        """Play nothing yet."""
        self._context, self._recording, self._run = context, recording, run
        self._scenarios = {scenario.name: scenario for scenario in scenarios}
        self._played: dict[tuple[int, Chain], Attempt] = {}

    def results(
        self, deviations: Sequence[Deviation], rejudge: Rejudge, *, rounds: int
    ) -> tuple[RequirementResult, ...]:
        """Return one result a round over what deviated, played again; a round more where it did not come back.

        The last result is neither `failed` nor `passed` where something was missing; its reason says what.
        """
        results: list[RequirementResult] = []
        chains = {self._chain(deviation) for deviation in deviations}
        while len(results) < rounds and all(result.verdict == "passed" for result in results):
            results.append(self._round(len(results), chains, rejudge))
        return tuple(results)

    def _round(self, number: int, chains: Iterable[Chain], rejudge: Rejudge) -> RequirementResult:
        """The result over as many of the chains as it takes to see a failure again, the cheapest first."""
        evidence = Attempt()
        for chain in sorted(chains, key=lambda chain: (self._cost(number, chain), chain)):
            evidence += self._replay(number, chain)
            result = rejudge(evidence)
            if result.verdict == "failed":
                break
        return result

    def _replay(self, number: int, chain: Chain) -> Attempt:
        if (number, chain) not in self._played:
            self._played[number, chain] = self._performed(number, chain)
        return self._played[number, chain]

    def _performed(self, number: int, chain: Chain) -> Attempt:
        self._context.reset(attempt=number + 1)
        newest = self._recording.newest_number
        with block_unguarded_requests():
            ends = {name: self._run(self._scenarios[name]) for name in chain}
        unfinished = {name: reason for name, reason in ends.items() if reason}
        return Attempt(self._recording.evidence_since(newest), unfinished)

    def _chain(self, deviation: Deviation) -> Chain:
        names = {answer.scenario for answer in (*deviation.after, deviation.seen)}
        return tuple(name for name in self._scenarios if name in names)

    def _cost(self, number: int, chain: Chain) -> int:
        played = (number, chain) in self._played
        return 0 if played else sum(self._scenarios[name].bounds(self._context.profile).total() for name in chain)


def rounds_for(unstable: str, most: int) -> int:
    """Return how many rounds a failure is played again where a run plays `most`; none stays none."""
    return max(most, CLEAN_REPLAYS) if most and unstable == "ignore" else most


def confirmed(failed: RequirementResult, again: Sequence[RequirementResult], *, unstable: str) -> RequirementResult:
    """Return `failed` with what the rounds `again` showed: it came back, it comes and goes, or it was not replayed.

    With `unstable` `ignore` what comes and goes is untested, an open question; after CLEAN_REPLAYS replays that all
    held it is passed. Either way the result says that it is unstable, and the verdict of the target names it.
    """
    plays = [play.verdict for play in (failed, *again) if play.verdict in {"failed", "passed"}]
    if len(plays) == 1:
        return _with_note(failed, f"not replayed: {again[0].reason}") if again else failed
    if "passed" not in plays:
        return _with_note(failed, f"reproduced {len(plays)} of {len(plays)}")
    if unstable == "ignore":
        return _ignored(failed, again, plays)
    return _with_note(failed, _seen_in(plays))


def _ignored(
    failed: RequirementResult, again: Sequence[RequirementResult], plays: Sequence[RequirementVerdict]
) -> RequirementResult:
    held = plays.count("passed")
    if held == len(again) >= CLEAN_REPLAYS:
        return replace(
            failed, verdict="passed", unstable=True, reason=f"failed once, then held in {held} of {held} replays"
        )
    lacking = f"; {again[-1].reason}" if again[-1].verdict not in {"failed", "passed"} else ""
    needed = f"{CLEAN_REPLAYS} replays without it are needed{lacking}"
    return replace(failed, verdict="untested", unstable=True, reason=f"{_seen_in(plays)}; {needed}")


def _seen_in(plays: Sequence[RequirementVerdict]) -> str:
    return f"unstable: seen in {plays.count('failed')} of {len(plays)} plays"


def _with_note(failed: RequirementResult, what: str) -> RequirementResult:
    return replace(failed, reason=f"{failed.reason}; {what}")
