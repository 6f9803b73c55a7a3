"""The control: a request that was answered in this run, sent again where an answer may not be the API's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from appointment_conformance.errors import ScenarioDisturbed, TargetLost
from appointment_conformance.traffic.answer import header, json_of
from appointment_conformance.traffic.client import Client, requested_wait
from appointment_conformance.traffic.intermediary import (
    ACCESS,
    LAST_RANK,
    control_rank,
    is_gateway,
    is_in_doubt,
    is_no_refusal,
    quote_answer,
    shows_accepted_credentials,
    summarise,
)
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult

#: Seconds before the control is sent again where it was refused.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
#: Seconds before a probe is asked again whose answer a gateway gave.
PAUSE_SECONDS = 0.3
#: How often a probe is asked again before anything is known to be answered.
MAX_FIRST_TRIES = 4
#: After so many answers in a row that are no refusals the control is sent, later after twice as many each time.
MAX_NO_REFUSALS = 2
#: An operation that has got a status so often while the control was answered is not asked again for it.
MAX_STANDING = 4
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
        #: The best control of each operation and method, with its rank.
        self._known: dict[tuple[str, str], tuple[int, ProbeResult]] = {}
        #: How often an operation has got a status that stood, by both.
        self._standing: Counter[tuple[str, int | None]] = Counter()
        #: The number of the last exchange that shows that the API reads the valid credentials, and of the last one
        #: that shows it without a doubt: nothing but the API answers it in JSON.
        self._last = self._good = 0
        self._reads_served = False
        self._first_tries = MAX_FIRST_TRIES
        self._outages = 0
        #: The first answer in doubt that came before a control was known.
        self._open: ProbeResult | None = None
        #: The answers in a row that may come from a server which answers everything alike.
        self._no_refusals: list[ProbeResult] = []
        self._most_no_refusals = MAX_NO_REFUSALS
        #: Probes and statuses that came again while the control was answered.
        self._confirmed: set[tuple[str, int | None]] = set()
        #: Scenarios of which something that was evidence is none any more.
        self.disturbed: set[str] = set()
        #: What was in doubt and did not come again, by the probe's name.
        self._disturbances: dict[str, str] = {}

    @property
    def disturbances(self) -> tuple[str, ...]:
        """What something in front of the API answered for a while, in words."""
        return tuple(self._disturbances.values())

    def settle(self, seen: Sequence[ProbeResult], scenario: str) -> list[ProbeResult]:
        """Return the answers to probes that were sent together, asked again where they were in doubt.

        Raises ScenarioDisturbed where the scenario has to be played again, and TargetLost where the control stays
        refused; what was evidence since the last telling answer is none then.
        """
        doubtful = next((answer for answer in seen if self._doubts(answer)), None)
        if doubtful is None:
            self._learn(seen)
            self._review(scenario)
            self._watch(seen, scenario)
            return list(seen)
        recording = self._client.recording
        withdrawn = recording.withdraw_evidence(seen)
        if not self._known:
            recording.add_evidence(withdrawn)
            return self._asked_first(seen, scenario)
        at_once = self._ensure_answered(doubtful, scenario)
        is_usual = self._standing[doubtful.probe.operation, doubtful.status] >= MAX_STANDING
        if len(seen) == 1 and doubtful.probe.repeatable and not is_usual:
            return self._asked_again(doubtful, scenario)
        if len(seen) > 1 and doubtful.is_silence and not self._stands(doubtful):
            # What one of them did alone cannot be judged; another pair tells.
            self._note(doubtful)
            return list(seen)
        if not (at_once and self._stands(doubtful)):
            self._note(doubtful)
            raise ScenarioDisturbed(f"the answer to request {doubtful.number} ({summarise(doubtful)}) is in doubt.")
        self._disturbances.pop(doubtful.probe.name, None)
        recording.add_evidence(withdrawn)
        return list(seen)

    def discard_since(self, number: int) -> None:
        """Let nothing that came after exchange `number` be evidence any more."""
        self.disturbed |= {answer.scenario for answer in self._client.recording.evidence_since(number)}
        self._client.recording.discard_evidence_since(number)

    def confirm(self, scenario: str) -> None:
        """Make sure that the API still reads requests with the valid credentials, where nothing has shown it since.

        Raises TargetLost where the control is refused.
        """
        late = self._client.recording.evidence_since(self._last)
        since = [answer for answer in late if answer.probe.kind not in {"question", "read"}]
        if self._known and since:
            self._ensure_answered(since[-1], scenario)

    def discard_unconfirmed(self) -> None:
        """Let nothing be evidence that came since something showed that the API reads the valid credentials."""
        if self._known:
            self.discard_since(self._last)

    def _review(self, scenario: str) -> None:
        """Have played again what was answered in doubt before there was a control, once there is one.

        Raises ScenarioDisturbed where that is the scenario which plays.
        """
        if not self._known or self._open is None:
            return
        first, self._open = self._open, None
        self._note(first)
        if first.scenario == scenario:
            raise ScenarioDisturbed(f"the answer to request {first.number} ({summarise(first)}) is in doubt.")
        self._client.recording.discard_evidence(first)
        self.disturbed.add(first.scenario)

    def _watch(self, seen: Sequence[ProbeResult], scenario: str) -> None:
        """Send the control where one answer after the other is no refusal: it may be that everything is answered so."""
        found = [answer for answer in seen if is_no_refusal(answer)]
        if not found:
            if any(json_of(answer) is not None for answer in seen):
                self._no_refusals.clear()
            return
        self._no_refusals.extend(found)
        if self._known and len(self._no_refusals) >= self._most_no_refusals:
            first, self._no_refusals = self._no_refusals[0], []
            self._most_no_refusals *= 2
            self._ensure_answered(first, scenario)

    def _doubts(self, seen: ProbeResult) -> bool:
        return is_in_doubt(seen, reads_served=self._reads_served)

    def _learn(self, seen: Sequence[ProbeResult]) -> None:
        for answer in seen:
            rank, place = control_rank(answer), (answer.probe.operation, answer.probe.method)
            if rank is not None and (place not in self._known or rank < self._known[place][0]):
                self._known[place] = (rank, answer)
            self._reads_served |= answer.probe.kind == "read" and rank == 0
        telling = [answer for answer in seen if shows_accepted_credentials(answer)]
        if telling:
            self._last = seen[-1].number
        if len(telling) == len(seen) and all(json_of(answer) is not None for answer in telling):
            self._good = seen[-1].number

    def _stands(self, seen: ProbeResult) -> bool:
        """Whether the answer in doubt has come before while the control was answered; from now on it has.

        What an operation got so often is not asked again.
        """
        # An operation that is silent is so for all its probes.
        known = (seen.probe.operation if seen.is_silence else seen.probe.name, seen.status)
        place = (seen.probe.operation, seen.status)
        stands = known in self._confirmed or self._standing[place] >= MAX_STANDING
        self._confirmed.add(known)
        self._standing[place] += stands
        return stands

    def _control(self, doubtful: ProbeResult) -> ProbeResult:
        """The control for an answer in doubt: of its own operation and method where one shows the credentials as well.

        One for a record that does not exist may be answered before the credentials are looked at.
        """
        rank, own = self._known.get((doubtful.probe.operation, doubtful.probe.method), (LAST_RANK, None))
        best = min(self._known.values(), key=lambda known: known[0])
        return own if own is not None and (rank < LAST_RANK or best[0] == LAST_RANK) else best[1]

    def _asked_first(self, seen: Sequence[ProbeResult], scenario: str) -> list[ProbeResult]:
        """Ask again what a gateway answered while no control is known; the preflight judges all else."""
        last = seen[-1]
        if len(seen) > 1 or last.is_silence or not is_gateway(last) or not last.probe.repeatable:
            self._open = self._open or last
            return list(seen)
        tries, self._first_tries = WAITS[: self._first_tries - 1], 1
        for wait in tries:
            if not is_gateway(last):
                break
            self._client.recording.withdraw_evidence([last])
            self._client.rate_limiter.wait(wait)
            last = self._client.send(last.probe, scenario)
        if self._doubts(last):
            self._open = self._open or last
            return [last]
        self._note(seen[0])
        self._learn([last])
        return [last]

    def _asked_again(self, seen: ProbeResult, scenario: str) -> list[ProbeResult]:
        """Ask a probe again whose answer is in doubt; what comes again while the control is answered stands."""
        self._client.rate_limiter.wait(PAUSE_SECONDS)
        again = self._client.send(seen.probe, scenario)
        if not self._doubts(again):
            self._note(seen)
            self._learn([again])
            return [again]
        withdrawn = self._client.recording.withdraw_evidence([again])
        self._ensure_answered(again, scenario)
        self._standing[again.probe.operation, again.status] += 1
        self._client.recording.add_evidence(withdrawn)
        return [again]

    def _ensure_answered(self, doubtful: ProbeResult, scenario: str) -> bool:
        """Send the control until it is answered, and return whether it was at once.

        A token that can be obtained anew is, once. Raises ScenarioDisturbed where access was refused: what came before
        may have been refused with it.
        """
        control = self._control(doubtful).probe
        answer = self._ask(control, scenario)
        if not _is_refused(answer, control):
            return True
        refused = answer
        if not is_gateway(refused):
            self.discard_since(self._good)
        if refused.status in ACCESS and self._client.renew_token():
            answer = self._ask(control, scenario)
            if not _is_refused(answer, control):
                self._note(doubtful)
                raise ScenarioDisturbed(_outage(doubtful, refused))
        self._outages += 1
        for wait in WAITS if self._outages <= MAX_OUTAGES else ():
            asked = requested_wait(answer) if header(answer, "retry-after") else 0.0
            self._client.rate_limiter.wait(max(wait, asked))
            answer = self._ask(control, scenario)
            if not _is_refused(answer, control):
                self._note(doubtful)
                if is_gateway(refused):
                    return False
                raise ScenarioDisturbed(_outage(doubtful, refused))
        raise TargetLost(_outage(doubtful, answer))

    def _ask(self, probe: Probe, scenario: str) -> ProbeResult:
        return self._client.send(replace(probe, name=f"control/{probe.name}", kind="control"), scenario)

    def _note(self, seen: ProbeResult) -> None:
        self._disturbances[seen.probe.name] = f"request {seen.number}: {summarise(seen)}"


def _is_refused(answer: ProbeResult, control: Probe) -> bool:
    """Whether the control's answer, seen as one to the probe that it was, is in doubt."""
    if not answer.judged or (answer.status or 0) >= 500 or json_of(answer) is None:
        return True
    return is_in_doubt(answer.of(control), reads_served=True)


def _outage(first: ProbeResult, last: ProbeResult) -> str:
    """Say since when, and how, the API is out of reach."""
    shown = first if first.response else last
    why = "the token has expired (token_command or oauth2 would renew it), or something in front of the API refuses."
    if is_gateway(shown) or (shown.status or 0) >= 500:
        why = "a gateway answers in the API's place, or the API is down."
    return f"refused since request {first.number} ({quote_answer(shown)}): {why}"
