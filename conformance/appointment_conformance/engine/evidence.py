"""Evidence: what one requirement gets to see of the recording, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appointment_conformance.codes import NO_ANSWER, Violation, checked, status_code
from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import Case
from appointment_conformance.traffic.probe import IGNORED_KINDS, Kind
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import cut
from appointment_specs import Contract, Operation

#: Characters of what is said about an exchange: its answer may be a text of any length.
TEXT_LIMIT = 2000
#: The kinds of probes that carry a token of the target which is not its first one.
WITH_TOKEN: Final[frozenset[Kind]] = frozenset({"credentials", "second", "read"})
#: An operation that answers none of so many valid requests, while others are answered, does not answer.
MIN_SILENT = 2
#: (check, exchange) -> what the contract's schema has against the exchange, None for nothing.
ContractCheck = Callable[[str, ProbeResult], Violation | None]


class NotApplicable(Exception):  # noqa: N818 - it is a finding, not an error
    """The condition under which the requirement speaks does not hold on this target; the message says why."""


class Untested(Exception):  # noqa: N818 - named as the verdict it leads to
    """The target lacks something that the requirement needs; the message says what to add."""


class OptionalMissing(Exception):  # noqa: N818 - it is a finding, not an error
    """The target lacks an optional key, without which the requirement decides nothing; the message says what to add."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One exchange that does not show what the contract expects, and those before it without which it says nothing.

    `codes` say what is wrong for as long as the same is wrong; `expected` and `actual` say it in words that may change.
    """

    seen: ProbeResult
    codes: tuple[str, ...]
    expected: str
    actual: str
    after: tuple[ProbeResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one exchange was expected to show, and the exchanges before it whose effect it shows."""

    seen: ProbeResult
    expected: str
    shows: tuple[ProbeResult, ...] = ()


class Evidence:
    """The exchanges of one operation, and a notebook: witnesses, what deviates, what got no answer."""

    def __init__(
        self,
        target: Target,
        operation: str,
        seen: tuple[ProbeResult, ...],
        *,
        contract: Contract,
        contract_check: ContractCheck,
        in_front: Callable[[ProbeResult], bool] = lambda _: False,
    ) -> None:
        """Look at `seen`, which may hold other operations' exchanges too.

        `in_front` says of an exchange whether something in front of the API answered it.
        """
        self.target, self.contract, self.operation = target, contract, operation
        self._contract_check, self._in_front = contract_check, in_front
        self.everything = seen
        self.witnesses: set[int] = set()
        #: What was expected of each witness, in the order in which it was looked at.
        self.expectations: list[Expectation] = []
        self.deviations: list[Deviation] = []
        #: What would deviate, were it the API's own answer.
        self.blocked: list[Deviation] = []
        self.unanswered: dict[int, ProbeResult] = {}

    @property
    def described(self) -> Operation:
        """The operation as the contract describes it."""
        return self.contract.operations[self.operation]

    def need(self, thing: object, remedy: str) -> None:
        """Raise Untested with the remedy where `thing` of the target is missing or empty."""
        if not thing:
            raise Untested(remedy)

    def need_optional(self, thing: object, remedy: str) -> None:
        """Raise OptionalMissing with the remedy where `thing`, an optional key of the target, is missing or empty."""
        if not thing:
            raise OptionalMissing(remedy)

    def need_valid_token(self, key: str, case: Case) -> None:
        """Raise Untested where the token of `key` is answered 401 everywhere, as an unknown token is.

        `case` is what the probes and the read with that token are cases of. Whatever was answered 403, or served, has
        looked the token up and found it.
        """
        sent = [
            answer
            for answer in self.everything
            if answer.judged and answer.probe.case == case and answer.probe.kind in WITH_TOKEN
        ]
        unknown = any(answer.status == 401 for answer in sent)
        known = any(answer.status == 403 or answer.succeeded for answer in sent)
        self.need(known or not unknown, f"{key} is answered as an unknown token is; give a valid one.")

    def seen(
        self,
        *kinds: Kind,
        case: Case | Collection[Case] | None = None,
        moment: StrEnum | None = None,
        where: Callable[[ProbeResult], bool] = lambda _: True,
    ) -> tuple[ProbeResult, ...]:
        """Return the answered exchanges of this operation's probes of `kinds`: of one case or of several, of a moment.

        Without `kinds` these are all probes that a requirement needs. Reads and questions are evidence only where they
        are asked for by name: no page of the contract describes their answers.
        Those that got no answer, or one that asks for patience, are noted and left out.
        """
        cases = {case} if isinstance(case, Case) else case
        found = [
            seen
            for seen in self.everything
            if seen.probe.operation == self.operation
            and (seen.probe.kind in kinds if kinds else seen.probe.kind not in IGNORED_KINDS)
            and (cases is None or seen.probe.case.known in cases)
            and (moment is None or seen.probe.moment == moment)
            and where(seen)
        ]
        self.unanswered.update({seen.number: seen for seen in found if not seen.judged})
        return tuple(seen for seen in found if seen.judged)

    def sent(self, *kinds: Kind) -> tuple[ProbeResult, ...]:
        """Return the same as `seen` for probes of `kinds`, and note nothing."""
        return tuple(
            answer
            for answer in self.everything
            if answer.judged and answer.probe.operation == self.operation and answer.probe.kind in kinds
        )

    def expect(
        self,
        seen: ProbeResult,
        *,
        holds: bool,
        code: str | Iterable[str],
        expected: str,
        actual: str,
        after: tuple[ProbeResult, ...] = (),
        shows: tuple[ProbeResult, ...] = (),
    ) -> None:
        """Count `seen` as a witness, and note it as deviating unless the statement `holds` for it.

        `code` is one code of what is wrong, or several; without a deviation there may be none.
        `after` are exchanges of other scenarios that `seen` says something about: to see it again, play theirs too.
        `shows` are exchanges of the same scenarios whose effect `seen` shows; they decide nothing.
        What something in front of the API answered is noted apart, and witnesses nothing.
        """
        told = cut(expected, TEXT_LIMIT), cut(actual, TEXT_LIMIT)
        deviation = None if holds else Deviation(seen, checked(code), *told, after)
        if deviation and self._in_front(seen):
            self.blocked.append(deviation)
            return
        self.witnesses.add(seen.number)
        self.expectations.append(Expectation(seen, told[0], (*after, *shows)))
        if deviation:
            self.deviations.append(deviation)

    def expect_answers(self, *kinds: Kind) -> None:
        """Expect that probes of `kinds` get an answer at all: none of several has got one, though others have."""
        asked = [
            answer
            for answer in self.everything
            if answer.probe.operation == self.operation and answer.probe.kind in kinds
        ]
        silent = [answer for answer in asked if answer.is_silence]
        if len(silent) >= MIN_SILENT and len(silent) == len(asked):
            told = f"{silent[0].exchange.error}, {len(silent)} of {len(asked)} times, while other requests are answered"
            self.expect(silent[0], holds=False, code=NO_ANSWER, expected="an answer", actual=told)

    def expect_status(self, seen: ProbeResult, *allowed: int) -> None:
        """Expect one of the statuses `allowed`."""
        self.expect(
            seen,
            holds=seen.status in allowed,
            code=status_code(seen.status),
            expected=f"status {' or '.join(map(str, allowed))}",
            actual=f"status {seen.status}",
        )

    def expect_success(self, seen: ProbeResult) -> None:
        """Expect any status of success."""
        code = status_code(seen.status)
        self.expect(seen, holds=seen.succeeded, code=code, expected="success", actual=f"status {seen.status}")

    def expect_contract(self, seen: ProbeResult, check: str) -> None:
        """Expect that the named check of the contract's schema has nothing against the exchange."""
        violation = self._contract_check(check, seen)
        self.expect(
            seen,
            holds=violation is None,
            code=violation.codes if violation else (),
            expected=f"what the contract's schema says of status {seen.status}",
            actual=violation.sentence if violation else "",
        )
