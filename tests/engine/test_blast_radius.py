"""No scenario ever addresses a record that is not a fixture, on the worst server that can be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lenient_reader import touched
from lenient_server import STRANGERS, lenient, readings
from own_targets import FOREIGN, MKP, OMNEO, full, local

from appointment_conformance.api import load_apis
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.target_run import conductor_of
from appointment_strategies import mijnklantportaal, omneo

# An obedient server uses up an appointment with every near miss.
NEAR = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
MANY = replace(MKP, fixtures=replace(MKP.fixtures, appointments=tuple(f"apt_own{number:04}" for number in range(40))))
BARE = replace(OMNEO, fixtures=replace(OMNEO.fixtures, lists=()))
SMALL = replace(OMNEO, fixtures=replace(OMNEO.fixtures, appointments=("12", "14"), lists=("1", "3")))
LONG = replace(
    OMNEO,
    fixtures=replace(OMNEO.fixtures, appointments=("900100200300400", "900100200300401"), lists=("100200300", "7")),
)
TARGETS = {
    "omneo": full(OMNEO),
    "mijnklantportaal": full(MANY),
    "without lists": full(BARE),
    "small numbers": full(SMALL),
    "long numbers": full(LONG),
}
RUNS = [*((name, profile, 2) for profile in ("gate", "thorough") for name in TARGETS), ("omneo", "thorough", 3)]


def asked(name, profile, seed):
    """Play every scenario of a target's api on the lenient server; return the target and what the server was asked."""
    api = TARGETS[name].api
    with lenient() as server:
        target = local(TARGETS[name], server.server_port)
        conductor = conductor_of(target, RunOptions(profile=profile, seed=seed))
        try:
            conductor.play()
        finally:
            conductor.close()
        played = {seen.exchange.scenario for seen in conductor.recording.seen}
    assert played == {scenario.name for scenario in load_apis()[api].scenarios}
    return target, server.asked


@pytest.mark.parametrize(("name", "profile", "seed"), RUNS)
def test_only_fixtures_are_addressed(name, profile, seed):
    """Every path names a fixture, the absent id or a listed near miss; no body can be read as another's record."""
    (target, requests), api = asked(name, profile, seed), TARGETS[name].api
    fixtures = {*target.fixtures.usable}
    near = {segment for fixture in fixtures for segment in NEAR[api].near_miss_segments(fixture).values()}
    assert len(requests) > 20
    for method, segment, path, body in requests:
        assert segment in fixtures | near | {target.absent_appointment, *FOREIGN[api]}, path
        assert segment in fixtures or not (readings(segment) & STRANGERS) - fixtures, path
        assert segment == target.absent_appointment or method in {"POST" if api == "omneo" else "DELETE", "GET"}
        assert not touched(body, target), body


def test_the_server_reads_leniently():
    """The readings that the test above relies on include casts, padding, wrapping and a second decoding."""
    assert "1" in readings([True])
    assert "12" in readings("12abc")
    assert "12" in readings(" 0012 ")
    assert "12" in readings(str(2**64 + 12))
    assert "12" in readings("%31%32")
    assert "13" in readings("0x13d")
    assert "13" in readings("12.5")
    assert "apt_12" in readings("APT_12")
