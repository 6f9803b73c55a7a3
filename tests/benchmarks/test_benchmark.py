"""The benchmark: what it counts as caught, how it measures, and the page it makes."""

from __future__ import annotations

import re
from dataclasses import replace

import benchmark as benchmark_module
import pytest
import run_benchmark
from benchmark import (
    Benchmark,
    BenchmarkError,
    Caught,
    Own,
    Yardstick,
    benchmark,
    machine,
)
from benchmark_page import benchmark_page, share, table
from click.testing import CliRunner
from cost import Cost, RunCost, run_cost, spent_by_children
from st_run import SETUPS, StRun, findings_of, sample
from stopwatch import PARTS, Clock, Spent, middle, peak_mib

from appointment_conformance.api import load_apis
from appointment_conformance.reference import Fault
from appointment_conformance.selftest.matrix import Matrix, Row
from appointment_conformance.selftest.mutation_run import MutationResult, MutationRun

APIS = tuple(load_apis())
FINDING = ("ST101", "DELETE /appointments/{appointmentId}")
BASELINE = StRun(frozenset({FINDING}), requests=200, seconds=3.0)
SAMPLES = {api: tuple(f"{api}-{number}" for number in range(4)) for api in APIS}


def result_of(*failed, requests=50):
    """Return the result of a mutation run in which the requirements `failed` turned red."""
    pairs = tuple((name, "link") for name in failed)
    return MutationResult(MutationRun("fault", "f", "reference-omneo"), "not-conformant", "", pairs, requests, 2, 0.1)


def matrix_of(names, caught):
    """Return the matrix of faults of which the first `caught` are caught."""
    rows = [Row(Fault(name, ("OMN-OK-01",), "It breaks.", api="omneo"), result_of()) for name in names]
    return Matrix(
        tuple(replace(row, result=result_of("OMN-OK-01")) if n < caught else row for n, row in enumerate(rows))
    )


def own_of(names):
    """Return figures of the suite: all caught in full, one of them in a cut run, for 50 requests."""
    return Own(result_of(), matrix_of(names, len(names)), matrix_of(names, 1))


def yardstick_of(*findings, ended=()):
    """Return a yardstick with one fault for each set of findings, beside those that did not end."""
    runs = {f"fault-{n}": StRun(frozenset(found), 200, 1.0) for n, found in enumerate(findings)}
    return Yardstick(
        BASELINE, Spent(3.0, 2.0), runs | {name: StRun(frozenset(), 9, 120.0, ended=True) for name in ended}
    )


def measured():
    """Return a whole benchmark of invented figures."""
    spent = Spent(0.25, 0.125)
    return Benchmark(
        own={api: own_of(SAMPLES[api]) for api in APIS},
        cost=Cost(
            runs={api: RunCost(dict.fromkeys(PARTS, spent), 90.0) for api in APIS},
            requests={"client": Spent(1.5, 0.75), "session": Spent(1.0, 0.5)},
            starts={"python -c pass": Spent(0.02, 0.01)},
        ),
        yardsticks={(api, setup): yardstick_of([FINDING], ["ST5", "x"]) for api in APIS for setup in SETUPS},
        samples=SAMPLES,
        machine={"Python": "3.11.7"},
        seconds=9.0,
    )


def test_what_the_conforming_server_is_accused_of_catches_nothing():
    """Only a finding that the run on the conforming server does not have counts as caught."""
    other = ("ST101", "OPTIONS /appointments/{appointmentId}")
    stick = yardstick_of([FINDING], [], [FINDING, other], [other])
    assert stick.caught_names == {"fault-2", "fault-3"}
    assert stick.caught == Caught(caught=2, tried=4, requests=200)


def test_a_run_that_did_not_end_is_not_held_against_anybody():
    """A fault whose run was ended is neither caught nor tried."""
    stick = yardstick_of([], ended=["slow"])
    assert stick.ended == ("slow",)
    assert stick.caught == Caught(caught=0, tried=1, requests=200)


def test_faults_are_counted_for_every_hundred_requests():
    """The figure is that of one run, and nothing where nothing was sent."""
    assert Caught(caught=30, tried=40, requests=60).per_hundred == 50
    assert Caught(caught=0, tried=4, requests=0).per_hundred == 0


def test_the_suite_is_counted_over_all_faults_or_those_named():
    """The comparison counts the sampled faults alone; a cut run counts by the requests it may send."""
    own = Own(result_of(), matrix_of(["a", "b", "c"], 2), matrix_of(["a", "b", "c"], 1))
    assert own.caught() == Caught(2, 3, 50)
    assert own.caught(frozenset({"b", "c"})) == Caught(1, 2, 50)
    assert own.caught_cut(25) == Caught(1, 3, 25)


@pytest.mark.parametrize(
    ("count", "expected"), [(1, ["a"]), (2, ["a", "c"]), (4, ["a", "b", "c", "d"]), (9, ["a", "b", "c", "d"])]
)
def test_a_sample_is_even(count, expected):
    """The names are taken at even distances, each once, and all of them where fewer are there."""
    assert sample(["a", "b", "c", "d"], count) == expected


def test_findings_are_read_from_the_report():
    """A failure counts for each of its operations, by code or else title; an error counts as a finding too."""
    failures = [
        {"code": "ST101", "title": "Server error", "operations": ["GET /a", "GET /b"]},
        {"code": None, "title": "Custom", "operations": ["GET /a"]},
    ]
    report = {"failures": failures, "errors": [{"title": "Connection failed", "count": 3}]}
    assert findings_of(report) == {
        ("ST101", "GET /a"),
        ("ST101", "GET /b"),
        ("Custom", "GET /a"),
        ("error", "Connection failed"),
    }


def test_several_runs_become_their_medians():
    """Each part and the memory are medians of their own; the total is the sum of the parts."""
    runs = [{**{part: [n, n / 2] for part in PARTS}, "peak_mib": 100 * n} for n in (1, 2, 9)]
    found = run_cost(runs)
    assert (found.parts["judging"], found.peak_mib) == (Spent(2, 1), 200)
    assert found.total == Spent(2 * len(PARTS), len(PARTS))


def test_the_two_times_have_medians_of_their_own():
    """The wall and the processor may have their median in different runs."""
    assert middle([Spent(1, 9), Spent(2, 8), Spent(3, 7)]) == Spent(2, 8)


def test_a_clock_keeps_each_lap():
    """The laps are kept by name, in their order, none of them negative."""
    clock = Clock()
    clock.lap("first")
    clock.lap("second")
    assert list(clock.laps) == ["first", "second"]
    assert all(lap.wall >= 0 and lap.processor >= 0 for lap in clock.laps.values())


def test_memory_and_time_are_those_of_a_process():
    """A Python process holds some MiB; an act without children costs no processor of theirs."""
    assert 5 < peak_mib() < 100_000
    assert spent_by_children(lambda: None).processor == 0


def test_the_page_has_every_figure():
    """Each table has its rows: catches, comparison, findings, parts, requests and starts."""
    page = benchmark_page(measured(), faults=4, bound=120, runs=5, starts=7)
    assert "| faults caught | 4 of 4 (100%) | 4 of 4 (100%) |" in page
    assert "| faults caught by a cut run | 1 of 4 (25%) | 1 of 4 (25%) |" in page
    assert "| Omneo | this suite | 50 | 4 of 4 (100%) | 8.0 | 1.5 |" in page
    assert "| Omneo | Schemathesis, as published | 200 | 1 of 2 (50%) | 0.5 | 3.0 |" in page
    assert "ST101 on `DELETE /appointments/{appointmentId}`" in page
    assert "| all | 1.50 | 0.75 | 1.50 | 0.75 |" in page
    assert "| overhead | 0.50 | 0.25 |" in page
    assert "| `python -c pass` | 0.02 | 0.01 |" in page


def test_the_page_says_how_it_was_made():
    """It holds the command and the machine's facts, and no date and no time of day."""
    page = benchmark_page(measured(), faults=4, bound=120, runs=5, starts=7)
    assert "run_benchmark.py --write docs/benchmarks.md --faults 4 --bound 120\n" in page
    assert "| Python | 3.11.7 |" in page
    assert not re.search(r"20\d\d-\d\d|\d\d:\d\d", page)


def test_a_cell_cannot_break_its_table():
    """A pipe within a cell is escaped."""
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |\n"


def test_nothing_tried_is_no_percentage():
    """Where every run had to be ended there is no share."""
    assert share(Caught(0, 0, 10)) == "none tried"


def test_the_facts_name_no_machine():
    """Versions and the number of processors are told, the host's name is not."""
    assert {"Python", "processors", "schemathesis"} <= {*machine()}
    assert not {"node", "host", "date"} & {*machine()}


def test_figures_of_a_baseline_that_did_not_end_are_refused(monkeypatch):
    """Without the run on the conforming server there is nothing to compare with."""
    monkeypatch.setattr(benchmark_module, "cost", lambda *_, **__: measured().cost)
    monkeypatch.setattr(benchmark_module, "_own", lambda _: measured().own)
    monkeypatch.setattr(benchmark_module, "st_run", lambda *_, **__: StRun(frozenset(), 3, 120.0, ended=True))
    with pytest.raises(BenchmarkError, match="did not end"):
        benchmark(faults=1, bound=120, workers=1, say=lambda _: None)


def test_the_program_writes_the_page(monkeypatch, tmp_path):
    """`--write FILE` leaves the page of what was measured in that file, whose folder is made where there is none."""
    asked = {}
    monkeypatch.setattr(run_benchmark, "benchmark", lambda **options: asked.update(options) or measured())
    page = tmp_path / "docs" / "benchmarks.md"
    done = CliRunner().invoke(run_benchmark.main, ["--faults", "3", "--workers", "1", "--write", str(page)])
    assert done.exit_code == 0, done.output
    assert (asked["faults"], asked["workers"]) == (3, 1)
    assert page.read_text(encoding="utf-8").startswith("# Benchmarks\n")


def test_figures_that_mean_nothing_are_an_error_in_a_sentence(monkeypatch, tmp_path):
    """Where the machine is too busy the program says so, writes no page and ends with 1."""

    def refuse(**_):
        raise BenchmarkError("the run did not end in 120 s; raise --bound.")

    monkeypatch.setattr(run_benchmark, "benchmark", refuse)
    done = CliRunner().invoke(run_benchmark.main, ["--write", str(tmp_path / "benchmarks.md")])
    assert (done.exit_code, done.stderr) == (1, "error: the run did not end in 120 s; raise --bound.\n")
    assert list(tmp_path.iterdir()) == []
