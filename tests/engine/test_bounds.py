"""No scenario ever costs more than the plan says, whatever the target answers."""

from __future__ import annotations

from collections import Counter

import pytest
from lenient_server import lenient
from own_targets import MKP, OMNEO, local

from appointment_conformance.api import load_apis
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.reference_apis import reference_apis
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.target_run import conductor_of

pytestmark = pytest.mark.usefixtures("no_waits")

NAMES = {api: name for name, api in built_in().items()}
MKP_VARIANTS = sorted(reference_apis()["mijnklantportaal"].variants)
OMNEO_CASES = [
    ({}, "gate"),
    ({}, "thorough"),
    *(({"variants": [name]}, "gate") for name in ("links-from-the-start", "now-and-then-503", "unlinked-answers-404")),
    *(({"faults": [name]}, "gate") for name in ("unknown-type-answers-404", "no-credentials-needed")),
]
MKP_CASES = [
    ({}, "thorough"),
    *(({"variants": [name]}, "gate") for name in MKP_VARIANTS),
    ({"faults": ["cancel-of-the-absent-answers-200"]}, "gate"),
]


def cost_of(target, profile="gate"):
    """Play the whole plan; return what each scenario sent by operation or `read`, and the appointments canceled."""
    conductor = conductor_of(target, RunOptions(profile=profile))
    try:
        conductor.play()
    finally:
        exchanges = list(conductor.recording.exchanges)
        conductor.close()
    spent = {name: Counter() for name in ("absence", *(one.name for one in load_apis()[target.api].scenarios))}
    for one in counted(exchanges):
        if one.response is None or one.response.status not in {429, 503}:
            spent[one.scenario]["read" if "read" in one.probe.split("/") else one.operation] += 1
    cancelled = {one.request.url for one in exchanges if one.request.method == "DELETE" and one.response.status == 200}
    return spent, len(cancelled)


def counted(exchanges):
    """Yield the exchanges that the bounds count.

    A read that lags counts once; a control, and what tells whether a fixture can be used, do not count.
    """
    read = set()
    for one in exchanges:
        place = (one.scenario, one.probe, one.request.url)
        used_up = one.probe == "cancel/first" and one.response is not None and one.response.status == 409
        if place in read or one.probe == "read/first" or one.probe.startswith("control/") or used_up:
            continue
        read |= {place} if one.request.method == "GET" else set()
        yield one


def overruns(api, spent, profile="gate"):
    """Return what goes beyond the plan's bounds."""
    return {one.name: over for one in load_apis()[api].scenarios if (over := spent[one.name] - one.bounds(profile))}


@pytest.mark.parametrize(("changes", "profile"), OMNEO_CASES, ids=str)
def test_omneo_stays_within_its_bounds(changes, profile):
    """Each scenario keeps to its bounds, conforming or not, and no appointment is canceled."""
    with reference_target(NAMES["omneo"], **changes) as target:
        spent, cancelled = cost_of(target, profile)
    assert overruns("omneo", spent, profile) == {}
    assert cancelled == 0


@pytest.mark.parametrize(("changes", "profile"), MKP_CASES, ids=str)
def test_mijnklantportaal_stays_within_its_bounds(changes, profile):
    """Each scenario keeps to its bounds in every variety; a conforming one cancels no more than planned."""
    with reference_target(NAMES["mijnklantportaal"], **changes) as target:
        spent, cancelled = cost_of(target, profile)
    assert overruns("mijnklantportaal", spent, profile) == {}
    if "faults" not in changes:
        assert cancelled <= sum(one.appointments for one in load_apis()["mijnklantportaal"].scenarios)


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
def test_a_server_that_obeys_everything_stays_within_the_bounds(target):
    """Each scenario keeps to its bounds on a server that refuses nothing."""
    with lenient() as server:
        spent, _ = cost_of(local(target, server.server_port))
    assert overruns(target.api, spent) == {}


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_the_thorough_profile_costs_no_less(api):
    """What `thorough` may send includes what `gate` may send, scenario by scenario."""
    assert all(one.bounds("gate") <= one.bounds("thorough") for one in load_apis()[api].scenarios)


def test_a_gate_run_is_cheap():
    """The bounds of the gate profile keep to what a shared staging system can bear."""
    totals = {api: sum((one.bounds("gate") for one in load_apis()[api].scenarios), Counter()).total() for api in NAMES}
    # A conforming target gets far fewer: each kind of credentials counts in two scenarios, and is sent in one.
    assert totals["mijnklantportaal"] <= 64
    # Where there is one target to race for, each pair has a look of its own; accounts cost only who declares some.
    assert totals["omneo"] <= 400
