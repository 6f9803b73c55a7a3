"""The targets of the simulation: which API each one has, what is wrong with it, and the verdict that follows."""

from __future__ import annotations

from dataclasses import dataclass

#: Faults that break exactly the requirements that they name, whatever the ids of the fixtures are.
FAULTS = {"mijnklantportaal": "cancel-shows-status-cancelled", "omneo": "link-answers-202"}
#: What is wrong with a target, and the verdict of a run against it.
VERDICTS = {
    "": "conformant",
    "fault": "not-conformant",
    "no answer": "not-testable",
    "no forbidden token": "not-verified",
    "twin": "conformant",
}
#: A run against Omneo sends five times as many requests, so one target of ten has that API.
OMNEO_EVERY = 10


@dataclass(frozen=True, slots=True)
class SimulatedTarget:
    """One target. A twin has the server and the fixtures of the target before it."""

    number: int
    api: str
    flaw: str

    @property
    def name(self) -> str:
        """The name in the targets file."""
        return f"store-{self.number:04d}-{self.api}"

    @property
    def verdict(self) -> str:
        """The verdict that a run must reach."""
        return VERDICTS[self.flaw]

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults of its reference API."""
        return (FAULTS[self.api],) if self.flaw == "fault" else ()


def simulated_targets(count):
    """Return `count` targets: most conform, and of every 24 one or two have each flaw."""
    return tuple(SimulatedTarget(number, _api(number), _flaw(number)) for number in range(count))


def _api(number):
    flaw = _flaw(number)
    return "omneo" if flaw == "twin" or (number % OMNEO_EVERY == 0 and not flaw) else "mijnklantportaal"


def _flaw(number):
    by_place = {3: "fault", 9: "no answer", 15: "no forbidden token", 20: "fault"}
    if number % 24 in by_place:
        return by_place[number % 24]
    # The one before it is Omneo's, whose fixtures may be used again.
    return "twin" if number % 100 == 1 and not _flaw(number - 1) else ""
