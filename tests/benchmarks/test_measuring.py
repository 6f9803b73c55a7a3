"""The benchmark measures for real: a run in a process of its own, a request, a start, and `schemathesis run`."""

from __future__ import annotations

import yaml
from cost import STARTS, _entry, _run, _start
from st_run import _prepare, st_run
from stopwatch import PARTS, request_costs

from appointment_conformance.reference_apis import serve
from appointment_conformance.targets.builtin import reference_target
from appointment_specs.omneo import CONTRACT


def test_a_run_is_measured_in_its_parts():
    """Every part of a run in a new process has taken time, and the process some memory."""
    figures = _run("mijnklantportaal")
    assert all(figures[part][0] > 0 for part in PARTS)
    assert figures["peak_mib"] > 20


def test_a_request_is_measured_both_ways():
    """The guard lets the request through, and both senders take their time for it."""
    with reference_target("reference-omneo") as target:
        found = request_costs(_entry(target), times=3)
    assert set(found) == {"client", "session"}
    assert all(spent.wall > 0 for spent in found.values())


def test_a_start_is_measured():
    """Starting the command takes time by the wall."""
    assert _start(STARTS["appointment-conformance --version"]).wall > 0


def test_schemathesis_is_run_on_the_reference_api():
    """The server counts its requests, and the report's findings are there; the run ends by itself."""
    found = st_run("mijnklantportaal", "overlay", bound=300)
    assert found.requests > 10
    assert not found.ended


def test_the_published_contract_is_run_as_it_is(tmp_path):
    """Nothing is pinned and no format registered; the document is the vendor's."""
    with serve("omneo") as reference:
        _prepare(tmp_path, reference, "published")
    assert yaml.safe_load((tmp_path / "contract.yaml").read_text(encoding="utf-8")) == CONTRACT.published
    assert {path.name for path in tmp_path.iterdir()} == {"contract.yaml", "schemathesis.toml"}
    assert "parameters" not in (tmp_path / "schemathesis.toml").read_text(encoding="utf-8")


def test_the_overlaid_contract_gets_the_fixtures(tmp_path):
    """Omneo's path is pinned to a fixture, and the formats draw from the fixtures."""
    with serve("omneo") as reference:
        _prepare(tmp_path, reference, "overlay")
    assert yaml.safe_load((tmp_path / "contract.yaml").read_text(encoding="utf-8")) == CONTRACT.document
    assert reference.appointments[0] in (tmp_path / "schemathesis.toml").read_text(encoding="utf-8")
    assert reference.profiles[0] in (tmp_path / "benchmark_formats.py").read_text(encoding="utf-8")
