"""What the doctor has to know of one API: what a fixture looks like, and of what a run needs more than one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appointment_conformance.targets import Target
from appointment_conformance.traffic.finding import Finding
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Seen

from .context import ScenarioContext


@dataclass(frozen=True, slots=True)
class DoctorChecks:
    """The checks of one API beside those that fit every API."""

    #: What stays untested without a second record to act on; empty where nothing does.
    second_fixture_for: str = ""
    #: How many records that can be used a run needs at least.
    min_fixtures: int = 1
    #: Returns a probe that changes nothing and shows a fixture; None where a read does.
    fixture_probe: Callable[[ScenarioContext, str], Probe] | None = None
    #: Whether a read shows a record as used up already.
    is_used_up: Callable[[Seen], bool] = lambda _: False
    #: Whether a read shows a record that a run can use.
    is_usable: Callable[[Seen], bool] = lambda seen: seen.status == 200
    #: What a target lacks to have everything judged.
    scarce: Callable[[Target], Iterator[Finding]] = lambda _: iter(())
