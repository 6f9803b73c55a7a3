"""A run over several targets: what the console shows, how many run at once, and what ends it early."""

from __future__ import annotations

import json
import re
import socket

import pytest
import rich.console

from appointment_conformance.cli.commands.run import run
from appointment_conformance.cli.worker_pool import DEFAULT_JOBS, MAX_JOBS

CLI = "appointment_conformance"
MKP, OMNEO = "reference-mijnklantportaal", "reference-omneo"
FAULT = ("--fault", "cancel-shows-status-cancelled")
REQUIREMENT_LINE = re.compile(r"(?m)^(passed|failed|untested) +\S+  [A-Z]+-")


@pytest.fixture
def dead(tmp_path):
    """Write a targets file of targets at addresses where nothing listens; return their names."""
    entries = {}
    for number in range(4):
        with socket.create_server((f"127.0.0.{number + 1}", 0)) as listener:
            port = listener.getsockname()[1]
        entries[f"store-{number}"] = {
            "api": "mijnklantportaal",
            "base_url": f"http://127.0.0.{number + 1}:{port}/v1",
            "token": "Own/Token+1234567",
            "fixtures": {"appointments": [f"apt_a{number}", f"apt_b{number}"]},
        }
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": entries}))
    return list(entries)


def result_of(directory, target):
    """Return the result of a target."""
    return json.loads((directory / "conformance-reports" / target / "result.json").read_text())


def test_a_log_has_a_line_for_each_target_and_one_table(command):
    """Each target is told when it ends, with the requirements that do not hold; the rest is a table and a sentence."""
    done = command(CLI, "run", MKP, OMNEO, *FAULT)
    assert done.returncode == 1
    told, _, table = done.stdout.partition("\ntarget ")
    assert re.search(rf"(?m)^[12]/2 {OMNEO} is conformant$", told)
    assert re.search(rf"(?m)^[12]/2 {MKP} is not-conformant\n  2 of .*do not hold: MKP-CANCEL-03 \(cancel\)", told)
    assert [line.split()[:2] for line in table.splitlines()[2:6:2]] == [[MKP, "not-conformant"], [OMNEO, "conformant"]]
    assert f"\n  conformance-reports/{MKP}/report.html\n" in table
    assert done.stdout.endswith("\n2 targets: 1 not-conformant, 1 conformant.\n")
    assert not REQUIREMENT_LINE.search(done.stdout)
    assert len(done.stdout.splitlines()) < 20
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_more_and_less_can_be_asked_for(command):
    """`-v` lists each requirement and each failure with its curl line; `-q` leaves the table alone."""
    more = command(CLI, "run", "-v", MKP, OMNEO, *FAULT)
    assert len(REQUIREMENT_LINE.findall(more.stdout)) > 100
    assert all(part in more.stdout for part in ("FAILED MKP-CANCEL-03 (cancel)", "curl ", "\ntarget ", "2 targets: "))
    less = command(CLI, "run", "-q", MKP, *FAULT)
    assert (less.returncode, less.stderr) == (1, "")
    head, about, *rows = less.stdout.splitlines()
    assert (head.split()[:2], about.strip()) == (["target", "verdict"], "report")
    assert [row.split()[:3] for row in rows[::2]] == [[MKP, "not-conformant", "2"]]


def test_after_fail_fast_nothing_else_is_started(command, dead, tmp_path):
    """Targets that wait are not started: their reports say so, and never look like a success."""
    first, *others = dead
    done = command(CLI, "run", "--fail-fast", "--jobs", "1")
    assert done.returncode == 3, "the code of the target that ended the run is the more severe one"
    assert result_of(tmp_path, first)["verdict"] == "not-testable"
    for name in others:
        result = result_of(tmp_path, name)
        assert (result["verdict"], result["requests"]) == ("not-verified", 0)
        assert result["reason"] == f"it was not started: --fail-fast starts no target after {first}. Nothing was sent."
    assert done.stdout.count("is not-verified") == 3
    assert done.stdout.endswith(
        "4 targets: 1 not-testable, 3 not-verified.\n3 targets were not started, because of --fail-fast.\n"
    )


def test_without_fail_fast_every_target_is_judged(command, dead, tmp_path):
    """One target that cannot be tested stops no other one, with as many at once as there may be."""
    done = command(CLI, "run", "--jobs", str(MAX_JOBS))
    assert done.returncode == 3
    assert [result_of(tmp_path, name)["verdict"] for name in dead] == ["not-testable"] * 4
    assert done.stdout.endswith("4 targets: 4 not-testable.\n")


def test_one_at_a_time_is_one_at_a_time(command, tmp_path):
    """With `--jobs 1` the second process starts when the first has ended."""
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, os, sys\n"
        "def tell(word):\n"
        "    with open(os.environ['TOLD'], 'a') as file: file.write(word + '\\n')\n"
        "if '-P' in sys.orig_argv: tell('start'); atexit.register(tell, 'end')\n"
    )
    environ = {"PYTHONPATH": str(tmp_path), "TOLD": str(tmp_path / "told")}
    assert command(CLI, "run", MKP, OMNEO, "--jobs", "1", **environ).returncode == 0
    assert (tmp_path / "told").read_text().split() == ["start", "end", "start", "end"]


@pytest.mark.parametrize("value", ["0", "-1", "65", "many", "1.5", ""])
def test_a_number_of_jobs_out_of_range_exits_2(command, value):
    """A number of jobs that cannot be is a usage error that names the option."""
    done = command(CLI, "run", "--jobs", value)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'--jobs'" in done.stderr


def test_the_options_have_the_numbers_of_the_pool():
    """Default and maximum stand in the options again, because the help does not import the pool."""
    (jobs,) = (option for option in run.params if option.name == "jobs")
    assert (jobs.default, jobs.type.min, jobs.type.max) == (DEFAULT_JOBS, 1, MAX_JOBS)


@pytest.mark.parametrize(("columns", "at_most"), [("60", 60), ("40", 52)])
def test_a_narrow_console_is_not_broken(command, columns, at_most):
    """In few columns only paths are longer than a line, and nothing is cut."""
    done = command(CLI, "run", MKP, OMNEO, *FAULT, COLUMNS=columns)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if "/report.html" not in line) <= at_most
    assert "MKP-CANCEL-03" in done.stdout
    assert f"  conformance-reports/{MKP}/report.html" in lines


def test_a_target_without_reports_is_an_error_in_the_table(tmp_path):
    """A target whose reports could not be written has a row, and is no success."""
    import io

    from appointment_conformance.cli.console import Console
    from appointment_conformance.pytest_plugin.jobs import Job

    shown = io.StringIO()
    console = Console(rich.console.Console(file=shown, width=80))
    with console.following([Job(name, None, "gate", 1, tmp_path) for name in ("one", "two")]):
        console.end_without_report("two", "no room.\x1b[2J")
    assert "two has no report: no room." in shown.getvalue()
    assert re.search(r"(?m)^two +error .* no report$", shown.getvalue())
    assert "\x1b" not in shown.getvalue()
