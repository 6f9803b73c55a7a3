"""The context of scenarios: one target during one run, its client, its fixtures that are not used up, and the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from appointment_conformance.errors import NotTestable, SuiteError, TooFewFixtures
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.intermediary import ACCESS, quote_answer
from appointment_conformance.traffic.probe import Headers, Probe, bearer
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request

from .control import Control

if TYPE_CHECKING:
    from .api import Api

Profile = Literal["gate", "thorough"]
#: How many of the appointments that were passed by are named.
MAX_NAMED = 20
#: Seconds before the next pair of requests at the same instant where one of two was put off (429, 503).
PUT_OFF_SECONDS = 1.0
#: After so many probes in a row without an answer, while others are answered, an operation is sent nothing more.
MAX_UNANSWERED = 3


class State(Protocol):
    """What the scenarios of one API remember during a run; the context holds it and looks at nothing in it."""

    def forget(self) -> None:
        """Know nothing again."""


class NoState:
    """The state of scenarios that remember nothing."""

    def forget(self) -> None:
        """Know nothing, as ever."""


class ScenarioContext:
    """One target during one run, and what is known of it."""

    def __init__(self, target: Target, api: Api, client: Client, *, profile: Profile = "gate", seed: int = 1) -> None:
        """Begin with every appointment of the target unused."""
        self.api, self.client, self.profile, self.seed = api, client, profile, seed
        self.use_target(target)
        self.scenario = ""
        #: What the API's scenarios remember.
        self.state: State = api.new_state()
        self.control = Control(client)
        self._unanswered: Counter[str] = Counter()
        #: Whether a read did not show what was expected even after the longest wait.
        self.reads_disagree = False
        self._sent: set[str] = set()
        self._sent_before: frozenset[str] = frozenset()
        self._newest_before = 0
        self._absent_exists = False
        self._attempt = 0
        self.used_appointments: list[str] = []
        #: Appointments of the list that are used for nothing, each with the reason.
        self.passed_by: dict[str, str] = {}

    def use_target(self, target: Target) -> None:
        """Go on with `target` as it is now, its fixtures made; the client sends what is for them."""
        self.target, self._unused = target, list(target.fixtures.appointments)
        #: What the policy goes by; it stays as it is where a fixture is passed by.
        self.policy_target = target
        self.policy = self.api.policy(target)
        self.client.set_policy(self.policy)

    def may_send(self, probe: Probe) -> bool:
        """Say whether no lenient server could find a record beyond the fixtures by the body of `probe`."""
        return probe.body is None or self.policy.stray_record(probe.body) is None

    def send(self, probe: Probe) -> ProbeResult:
        """Send one probe under the name of the scenario that plays, and be sure that it is the API which answers.

        An operation that has stopped answering, while others answer, is sent nothing more.
        """
        if self._has_fallen_silent(probe):
            return _not_sent(probe, self.scenario)
        (seen,) = self._settled([self.client.send(probe, self.scenario)])
        served = seen.succeeded
        self._absent_exists |= served and self.target.absent_appointment in probe.path.split("/")
        return seen

    def send_again(self, seen: ProbeResult, *, after: float) -> ProbeResult:
        """Send a probe once more after some seconds; where the run ends before that, no answer to it is evidence."""
        try:
            self.client.rate_limiter.wait(after)
            return self.send(seen.probe)
        except (SuiteError, KeyboardInterrupt):
            self._discard_all_of(seen.probe)
            raise

    def discard_unsettled(self) -> None:
        """Let be no evidence what an interrupt has kept from being confirmed, or from being asked for again."""
        self.control.discard_unconfirmed()
        for newest in self.client.recording.seen[-1:]:
            if newest.probe.kind == "read":
                self.control.disturbed.add(newest.scenario)
                self._discard_all_of(newest.probe)

    def _discard_all_of(self, probe: Probe) -> None:
        for stale in self.client.recording.evidence_since(self._newest_before):
            if stale.probe == probe:
                self.client.recording.discard_evidence(stale)

    def send_once(self, probe: Probe) -> ProbeResult | None:
        """Send one probe, unless one of this name has been sent in this run already; then return None."""
        if probe.name in self._sent:
            return None
        self._sent.add(probe.name)
        return self.send(probe)

    def send_together(self, probes: Sequence[Probe]) -> list[ProbeResult]:
        """Send probes at the same instant, each on a connection of its own, read to its last byte."""
        if any(self._has_fallen_silent(probe) for probe in probes):
            return [_not_sent(probe, self.scenario) for probe in probes]
        return self._settled(self.client.send_together(probes, self.scenario))

    def begin(self, scenario: str) -> None:
        """Let `scenario` be what is played."""
        self.scenario, self._sent_before = scenario, frozenset(self._sent)

    def forget_void(self) -> None:
        """Let what has lost its evidence be sent again by `send_once`."""
        self._sent &= {answer.probe.name for answer in self.client.recording.seen}

    def begin_again(self) -> None:
        """Know nothing of what the scenario that plays has sent or seen so far."""
        self._sent = set(self._sent_before)
        self.state.forget()

    def _settled(self, answers: list[ProbeResult]) -> list[ProbeResult]:
        seen = self.control.settle(answers, self.scenario)
        for answer in seen:
            for name in _counted(answer.probe):
                self._unanswered[name] = self._unanswered[name] + 1 if answer.is_silence else 0
        return seen

    def _has_fallen_silent(self, probe: Probe) -> bool:
        return any(self._unanswered[name] >= MAX_UNANSWERED for name in _counted(probe))

    def reset(self, *, attempt: int) -> None:
        """Know nothing and have sent nothing, as before replay `attempt`, counted from 1.

        Every attempt begins with another of the appointments that are not used up.
        """
        self._attempt = attempt
        places = {appointment: place for place, appointment in enumerate(self.target.fixtures.appointments)}
        self._unused.sort(key=places.__getitem__)
        first = attempt % max(1, len(self._unused))
        self._unused = [*self._unused[first:], *self._unused[:first]]
        self.state.forget()
        self._sent.clear()
        self._unanswered.clear()
        self._newest_before = self.client.recording.newest_number

    def check_rights(self, seen: ProbeResult) -> None:
        """Raise NotTestable where the first valid request is answered 401 or 403, and none has been accepted."""
        accepted = any(
            answer.probe.kind == "valid" and answer.judged and answer.status not in ACCESS
            for answer in self.client.recording.seen
        )
        if seen.status in ACCESS and not accepted:
            raise NotTestable(
                f"a valid request on a fixture is answered {quote_answer(seen)}: the token lacks the rights, or what it"
                " may reach; give a token that may do all that is judged."
            )

    @property
    def unused(self) -> tuple[str, ...]:
        """The appointments that are neither used up nor passed by, in the order of the list."""
        return tuple(self._unused)

    def pass_by(self, appointment: str, reason: str) -> None:
        """Use `appointment` for nothing from here on; `reason` says in a few words why."""
        for names in (self._unused, self.used_appointments):
            if appointment in names:
                names.remove(appointment)
        self.passed_by[appointment] = reason

    def pass_by_missing(self, appointment: str, reason: str) -> None:
        """Pass `appointment` by as it is not there: what was sent to it says nothing, and may be sent to another."""
        withdrawn = self.client.recording.withdraw_evidence_where(lambda probe: probe.appointment == appointment)
        self._sent -= {answer.probe.name for answer in withdrawn}
        self.pass_by(appointment, reason)

    def keep_fixtures(self, fixtures: Fixtures) -> None:
        """Go on with `fixtures`, some of the target's; what the guard lets out stays as it is."""
        self.target = replace(self.target, fixtures=fixtures)

    @property
    def target_of_use(self) -> Target:
        """The target with those of its appointments that were not passed by."""
        fixtures = self.target.fixtures
        kept = tuple(appointment for appointment in fixtures.appointments if appointment not in self.passed_by)
        return replace(self.target, fixtures=replace(fixtures, appointments=kept))

    def passed_by_message(self) -> str:
        """Return a sentence on the appointments that were passed by, empty where there is none."""
        told = [f"{appointment} ({reason})" for appointment, reason in self.passed_by.items()]
        more = f" and {len(told) - MAX_NAMED} more" if len(told) > MAX_NAMED else ""
        return f"Passed by: {', '.join(told[:MAX_NAMED])}{more}." if told else ""

    def live_appointment(self) -> str:
        """Return an appointment that is not used up, and stays so. Raises TooFewFixtures."""
        if not self._unused:
            form = self.target.form
            raise TooFewFixtures(
                f"every {form.record} of the target is used up; add one to {form.key_of('appointments')}."
            )
        return self._unused[0]

    @property
    def absent_appointment(self) -> str:
        """An id that no appointment has. Raises TooFewFixtures.

        One that was neither configured nor shown absent by a read is not sent to again once it has been served.
        """
        if self._absent_exists and self.target.fixtures.absent_appointment is None:
            key = self.target.form.key_of("absent_appointment")
            raise TooFewFixtures(f"the target serves an id made up to be absent; set {key}.")
        return self.target.absent_appointment

    def bystander(self) -> str | None:
        """Return another appointment than the live one that is not used up, None where there is none."""
        return self._unused[1] if len(self._unused) > 1 else None

    def foreign_appointment(self) -> str | None:
        """Return an appointment of another account that the target declares, another one each attempt; None without."""
        foreign = self.target.fixtures.foreign_appointments
        return foreign[self._attempt % len(foreign)] if foreign else None

    def retire(self, appointment: str) -> None:
        """Count `appointment` as used up: it is not returned as unused any more."""
        self._unused.remove(appointment)
        self.used_appointments.append(appointment)

    def sent_bodies(self, operation: str) -> frozenset[bytes]:
        """Return every body that this run has already sent to fixtures with valid credentials."""
        kinds = {"valid", "near-miss", "malformed", "generated"}
        sent = (seen.probe for seen in self.client.recording.evidence_since(self._newest_before))
        return frozenset(p.body for p in sent if p.body is not None and p.operation == operation and p.kind in kinds)

    @property
    def authorized(self) -> Headers:
        """The header of valid credentials."""
        return bearer(self.target.token)


def _counted(probe: Probe) -> tuple[str, str]:
    """Under which names unanswered probes are counted: of the operation as a whole, and of this kind."""
    operation = f"{probe.method} {probe.operation}"
    return operation, f"{operation} {probe.kind}"


def _not_sent(probe: Probe, scenario: str) -> ProbeResult:
    """A probe of an operation that does not answer: nothing was sent, and nothing is recorded."""
    told = f"not sent: {probe.operation} has not answered {MAX_UNANSWERED} times in a row"
    request = Request(probe.method, probe.path)
    return ProbeResult(
        probe, Exchange(0, scenario, probe.name, probe.operation, request, None, datetime.now(UTC), 0.0, error=told)
    )
