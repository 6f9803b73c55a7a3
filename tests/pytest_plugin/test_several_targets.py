"""Several targets in one pytest session: each has its own items, run and reports; pytest-xdist changes none of it."""

from __future__ import annotations

import json
import re

import pytest

MKP, OMNEO = "reference-mijnklantportaal", "reference-omneo"
QUICK = ("pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:randomly")
BOTH = (*QUICK, "--pyargs", "appointment_conformance.suite", "--target", MKP, "--target", OMNEO)
BROKEN = ("--conformance-fault", "second-cancel-answers-400")
#: A plugin that ends the process of a worker when its second scenario begins.
DIES = "import os\ndef pytest_conformance_scenario(number):\n    if number == 2:\n        os._exit(9)\n"
OWN = "def test_own_{0}():\n    assert True\n"


def results(folder):
    """Return the result of each target by its name."""
    found = (folder / "conformance-reports").glob("*/result.json")
    return {path.parent.name: json.loads(path.read_text()) for path in found}


def verdicts(result):
    """Return the verdict of each requirement and operation."""
    return {(one["id"], one["operation"]): one["verdict"] for one in result["requirements"]}


def test_each_target_has_its_run_and_its_reports(command, tmp_path):
    """The ids have the names of the targets, each verdict is its own, and the worst of them is the exit code."""
    done = command(*BOTH, *BROKEN, "-v")
    assert done.returncode == 1, done.stdout[-2000:]
    found = results(tmp_path)
    assert {name: result["verdict"] for name, result in found.items()} == {MKP: "not-conformant", OMNEO: "conformant"}
    assert f"::OMN-ID-04[{OMNEO}-link] PASSED" in done.stdout
    assert f"::MKP-CANCEL-03[{MKP}-cancel] PASSED" in done.stdout
    assert f"{MKP} is not-conformant\n" in done.stdout
    assert f"{OMNEO} is conformant\n" in done.stdout


def test_without_a_name_all_targets_of_the_file_are_meant(command, tmp_path):
    """A targets file without a --target gives the items of all its targets, and collection sends nothing."""
    # Nothing listens there: a request would be an error.
    target = {"base_url": "http://127.0.0.1:9/api", "token": "A-long-token-1", "fixtures": {"appointments": ["apt_1"]}}
    targets = {name: {**target, "api": "mijnklantportaal"} for name in ("one", "two")}
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": targets}))
    done = command(*QUICK, "--pyargs", "appointment_conformance.suite", "--co", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"MKP-RACE-01[one-cancel]", "MKP-RACE-01[two-cancel]"} <= set(re.findall(r"::(\S+)", done.stdout))
    assert not (tmp_path / "conformance-reports").exists()


@pytest.mark.parametrize("dist", ["load", "worksteal", "loadfile", "loadgroup", "loadscope"])
def test_a_target_stays_on_one_process_in_order(command, tmp_path, dist):
    """Under pytest-xdist, started by addopts, the verdicts, reports and exit code are those of one process."""
    (tmp_path / "pytest.ini").write_text(f"[pytest]\naddopts = -n 3 --dist {dist}\n")
    for number in range(3):
        (tmp_path / f"test_{number}.py").write_text(OWN.format(number))
    # A verbose line of pytest-xdist has the process, the percentage, the outcome and the id.
    done = command(*BOTH, *BROKEN, "-v", ".")
    assert done.returncode == 1, done.stdout[-2000:]
    found = results(tmp_path)
    assert {name: result["verdict"] for name, result in found.items()} == {MKP: "not-conformant", OMNEO: "conformant"}
    assert found[MKP]["requests"] > 40
    lines = re.findall(r"\[(gw\d)\].* (?:PASSED|FAILED|SKIPPED) \S*::(\S+)", done.stdout)
    for target in (MKP, OMNEO):
        own = [(process, name) for process, name in lines if f"[{target}-" in name]
        assert len({process for process, _ in own}) == 1, own
        ids = [f"{name.partition('[')[0]} {name.rpartition('-')[2][:-1]}" for _, name in own]
        judged = [f"{one['id']} {one['operation']}" for one in found[target]["requirements"]]
        assert ids == judged
    assert {"test_own_0", "test_own_1", "test_own_2"} <= {name for _, name in lines}


def test_each_process_with_every_item_is_refused(command, tmp_path):
    """--dist each would play every run several times: it exits 2 with a sentence and sends nothing."""
    done = command(*BOTH, "--dist", "each", "--tx", "2*popen")
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("a target is judged once"), "Traceback" in told) == (2, 1, False)
    assert not (tmp_path / "conformance-reports").exists()


def test_a_process_that_dies_costs_no_report(command, tmp_path):
    """If a process of pytest-xdist ends in a run, that run is not played again, and reports say what has happened."""
    (tmp_path / "dies.py").write_text(DIES)
    done = command(*BOTH[:-2], "-n", "2", "-p", "dies", PYTHONPATH=str(tmp_path))
    assert done.returncode == 5, done.stdout[-2000:]
    result = results(tmp_path)[MKP]
    assert (result["verdict"], result["requests"]) == ("error", 0)
    assert "ended before it had a result" in result["reason"]


def test_a_stop_in_one_process_costs_no_report(command, tmp_path):
    """With -x the targets that were begun or never begun have reports, and a failure is the exit code."""
    done = command(*BOTH, *BROKEN, "-n", "2", "-x")
    assert done.returncode == 1, done.stdout[-2000:]
    found = results(tmp_path)
    assert found[MKP]["verdict"] == "not-conformant"
    assert found[OMNEO]["verdict"] in {"conformant", "not-verified"}


def test_a_file_of_variables_is_read_where_it_is_named(command, tmp_path):
    """The variables of the targets file come from the file that the option names, and from no file unasked."""
    target = {"base_url": "http://127.0.0.1:9/v1", "token": "${MY_TOKEN}", "fixtures": {"appointments": ["apt_1"]}}
    own = {"targets": {"own": {**target, "api": "mijnklantportaal"}}}
    (tmp_path / "targets.yaml").write_text(json.dumps(own))
    (tmp_path / ".env").write_text("MY_TOKEN=A-long-token-1\n")
    collect = (*QUICK, "--pyargs", "appointment_conformance.suite", "--co", "-q")
    unasked = command(*collect)
    assert (unasked.returncode, "MY_TOKEN is needed" in unasked.stdout + unasked.stderr) == (2, True)
    done = command(*collect, "--conformance-env-file", ".env")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_a_target_without_a_selected_item_takes_no_part_in_a_verdict_about_a_part(command, tmp_path, processes):
    """With --conformance-partial the exit code is that of the selection; without it every target is judged."""
    selection = ("-k", "omneo and OMN-ID-04", *processes)
    done = command(*BOTH, *selection, "--conformance-partial")
    assert done.returncode == 0, done.stdout[-2000:]
    assert {name: result["verdict"] for name, result in results(tmp_path).items()} == {OMNEO: "conformant"}
    assert command(*BOTH, *selection).returncode == 4
    nothing = command(*BOTH, "-k", "nosuch", "--conformance-partial", *processes)
    assert nothing.returncode == 4
    assert {result["verdict"] for result in results(tmp_path).values()} == {"not-verified"}


def test_a_selected_target_that_is_not_reached_counts_in_a_verdict_about_a_part(command):
    """Where -x ends the session before a selected target is judged, the exit code is not that of the other alone."""
    done = command(*BOTH, *BROKEN, "-x", "--conformance-partial", "-m", "must")
    assert (done.returncode, f"{OMNEO} is not-verified" in done.stdout) == (1, True), done.stdout[-2000:]
