"""The control: a request that was answered in this run, sent again where an answer may not be the API's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appointment_conformance.errors import ScenarioDisturbed, TargetLost
from appointment_conformance.traffic.answer import header
from appointment_conformance.traffic.client import Client, asked_wait
from appointment_conformance.traffic.intermediary import (
    control_rank,
    in_brief,
    in_words,
    is_gateway,
    is_in_doubt,
    is_telling,
)
from appointment_conformance.traffic.recording import Seen

#: Seconds before the control is sent again where it was refused.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
#: Seconds before a probe is asked again whose answer a gateway gave.
PAUSE_SECONDS = 0.3
#: How often a probe is asked again before anything is known to be answered.
MAX_FIRST_TRIES = 4
#: After so many times in one run that the control was refused and answered again, the next one ends the run.
MAX_OUTAGES = 3


class Control:
    """Watches every answer to a probe; what something in front of the API answers never becomes evidence.

    A request is known as the control once it was answered in this run and changes nothing when it is sent again. An
    answer in doubt stands only where the control is answered and the probe, asked again, gets the same.
    """

    def __init__(self, client: Client) -> None:
        """Know no control yet."""
        self._client = client
        self._known: Seen | None = None
        self._rank = 3
        #: The number of the last exchange that shows that the API reads the valid credentials.
        self._good = 0
        self._reads_served = False
        self._first_tries = MAX_FIRST_TRIES
        self._outages = 0
        #: Probes and statuses that came again while the control was answered.
        self._confirmed: set[tuple[str, int | None]] = set()
        #: Scenarios of which something that was evidence is none any more.
        self.disturbed: set[str] = set()
        #: What was in doubt and did not come again, by the probe's name.
        self._hiccups: dict[str, str] = {}

    @property
    def hiccups(self) -> tuple[str, ...]:
        """What something in front of the API answered for a while, in words."""
        return tuple(self._hiccups.values())

    def settle(self, seen: Sequence[Seen], scenario: str) -> list[Seen]:
        """Return the answers to probes that were sent together, asked again where they were in doubt.

        Raises ScenarioDisturbed where the scenario has to be played again, and TargetLost where the control stays
        refused; what was evidence since the last telling answer is none then.
        """
        doubtful = next((one for one in seen if self._doubts(one)), None)
        if doubtful is None:
            self._learn(seen)
            return list(seen)
        recording = self._client.recording
        withdrawn = recording.withdraw(seen)
        if self._known is None:
            recording.judge(withdrawn)
            return self._asked_first(seen, scenario)
        at_once = self._ensure_answered(doubtful, scenario)
        if len(seen) == 1 and doubtful.probe.repeatable:
            return self._asked_again(doubtful, scenario)
        if not (doubtful.is_silence or (at_once and self._is_confirmed(doubtful))):
            self._told(doubtful)
            raise ScenarioDisturbed(f"the answer to request {doubtful.number} ({in_brief(doubtful)}) is in doubt.")
        self._hiccups.pop(doubtful.probe.name, None)
        recording.judge(withdrawn)
        return list(seen)

    def discard_since(self, number: int) -> None:
        """Let nothing that came after exchange `number` be evidence any more."""
        self.disturbed |= {one.scenario for one in self._client.recording.since(number)}
        self._client.recording.void_since(number)

    def confirm(self, scenario: str) -> None:
        """Make sure that the API still reads requests with the valid credentials, where nothing has shown it since.

        Raises TargetLost where the control is refused.
        """
        late = self._client.recording.since(self._good)
        since = [one for one in late if one.probe.kind not in {"question", "read"}]
        if self._known is not None and since:
            self._ensure_answered(since[-1], scenario)

    def _doubts(self, seen: Seen) -> bool:
        return is_in_doubt(seen, reads_served=self._reads_served)

    def _learn(self, seen: Sequence[Seen]) -> None:
        for one in seen:
            rank = control_rank(one)
            if rank is not None and rank < self._rank:
                self._known, self._rank = one, rank
            self._reads_served |= one.probe.kind == "read" and rank == 0
        if any(is_telling(one) for one in seen):
            self._good = seen[-1].number

    def _is_confirmed(self, seen: Seen) -> bool:
        """Whether the probe has got this status before while the control was answered; from now on it has."""
        known = (seen.probe.name, seen.status) in self._confirmed
        self._confirmed.add((seen.probe.name, seen.status))
        return known

    def _asked_first(self, seen: Sequence[Seen], scenario: str) -> list[Seen]:
        """Ask again what a gateway answered while no control is known; the preflight judges all else."""
        last = seen[-1]
        if len(seen) > 1 or last.is_silence or not is_gateway(last) or not last.probe.repeatable:
            return list(seen)
        tries, self._first_tries = WAITS[: self._first_tries - 1], 1
        for wait in tries:
            if not is_gateway(last):
                break
            self._client.recording.withdraw([last])
            self._client.pace.rest(wait)
            last = self._client.send(last.probe, scenario)
        if not self._doubts(last):
            self._told(seen[0])
            self._learn([last])
        return [last]

    def _asked_again(self, seen: Seen, scenario: str) -> list[Seen]:
        """Ask a probe again whose answer is in doubt; what comes again while the control is answered stands."""
        self._client.pace.rest(PAUSE_SECONDS)
        again = self._client.send(seen.probe, scenario)
        if not self._doubts(again):
            self._told(seen)
            self._learn([again])
            return [again]
        withdrawn = self._client.recording.withdraw([again])
        self._ensure_answered(again, scenario)
        self._client.recording.judge(withdrawn)
        return [again]

    def _ensure_answered(self, doubtful: Seen, scenario: str) -> bool:
        """Send the control until it is answered, and return whether it was at once.

        Raises ScenarioDisturbed where access was refused: what came before may have been refused with it.
        """
        answer = self._ask(scenario)
        if not self._is_refused(answer):
            return True
        refused = answer
        if not is_gateway(refused):
            self.discard_since(self._good)
        self._outages += 1
        for wait in WAITS if self._outages <= MAX_OUTAGES else ():
            asked = asked_wait(answer) if header(answer, "retry-after") else 0.0
            self._client.pace.rest(max(wait, asked))
            answer = self._ask(scenario)
            if not self._is_refused(answer):
                self._told(doubtful)
                if is_gateway(refused):
                    return False
                raise ScenarioDisturbed(_outage(doubtful, refused))
        raise TargetLost(_outage(doubtful, answer))

    def _ask(self, scenario: str) -> Seen:
        if self._known is None:
            raise ValueError("there is no control yet")
        probe = self._known.probe
        return self._client.send(replace(probe, name=f"control/{probe.name}", kind="control"), scenario)

    def _is_refused(self, answer: Seen) -> bool:
        """Whether the control's answer, seen as one to the probe that it was, is in doubt."""
        if self._known is None or not answer.judged:
            return True
        return is_in_doubt(answer.of(self._known.probe), reads_served=True)

    def _told(self, seen: Seen) -> None:
        self._hiccups[seen.probe.name] = f"request {seen.number}: {in_brief(seen)}"


def _outage(first: Seen, last: Seen) -> str:
    """Say since when, and how, the API is out of reach."""
    shown = first if first.exchange.response else last
    why = "the token has expired, or something in front of the API refuses."
    if is_gateway(shown):
        why = "a gateway answers in the API's place, or the API is down."
    return f"refused since request {first.number} ({in_words(shown)}): {why}"
