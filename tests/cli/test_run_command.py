"""`appointment-conformance run` keeps its contract: exit codes, reports, and one sentence for every mistake."""

from __future__ import annotations

import json
import socket
from xml.etree import ElementTree as ET

import click
import pytest

import processes
from appointment_conformance.cli.main import main
from appointment_conformance.reference_apis import serve

MKP, OMNEO = "reference-mijnklantportaal", "reference-omneo"
ARTEFACTS = {"junit.xml", "report.html", "result.json", "exchanges.har", "summary.md"}
UNPROVEN = """\
from appointment_conformance import reference_targets
broken = reference_targets.broken_by_faults
reference_targets.broken_by_faults = lambda: broken() - {"MKP-CANCEL-05"}
"""


@pytest.fixture
def cli(command):
    """Run the command line."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


def entry(name, base_url, token, appointments):
    """Return one target of a targets file."""
    return (
        f"  {name}:\n    api: mijnklantportaal\n    base_url: {base_url}\n    token: {token}\n"
        f"    fixtures: {{appointments: [{', '.join(appointments)}]}}\n"
    )


@pytest.fixture
def targets(tmp_path):
    """Write a targets file of these entries and return its path."""

    def writing(*entries):
        path = tmp_path / "targets.yaml"
        path.write_text("targets:\n" + "".join(entries))
        return path

    return writing


def dead_port():
    """Return the base URL of a port on which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


def test_a_conformant_target_exits_0_with_its_reports(cli, tmp_path):
    """The built-in target is conformant; its five reports are in its own folder and nothing else is left."""
    done = cli("run", MKP)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{MKP} is conformant" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"conformance-reports"}
    assert {path.name for path in (tmp_path / "conformance-reports" / MKP).iterdir()} == ARTEFACTS
    result = json.loads((tmp_path / "conformance-reports" / MKP / "result.json").read_text())
    assert (result["verdict"], result["profile"], result["seed"]) == ("conformant", "gate", 1)
    assert {one["verdict"] for one in result["requirements"]} == {"passed"}


def test_a_defect_exits_1_and_shows_how_to_replay_it(cli, tmp_path):
    """A broken target is not conformant; the requirement, what was expected and a curl line are shown."""
    done = cli("run", MKP, "--fault", "cancel-shows-status-cancelled", "--output", "out")
    assert done.returncode == 1
    assert "FAILED MKP-CANCEL-03 (cancel)" in done.stdout
    assert done.stdout.count(f"{MKP} is not-conformant") == 1
    assert "curl " in done.stdout
    result = json.loads((tmp_path / "out" / MKP / "result.json").read_text())
    failed = [one for one in result["requirements"] if one["verdict"] == "failed"]
    assert failed[0]["id"] == "MKP-CANCEL-03"
    assert failed[0]["failure"]["expected"]


def test_what_is_unproven_turns_nothing_red(cli, tmp_path):
    """The failure of a requirement that no fault breaks is shown but changes neither the exit code nor JUnit."""
    (tmp_path / "sitecustomize.py").write_text(UNPROVEN)
    done = cli("run", MKP, "--fault", "cancel-shows-false-for-the-meeting", PYTHONPATH=str(tmp_path))
    reports = tmp_path / "conformance-reports" / MKP
    result = json.loads((reports / "result.json").read_text())
    (seen,) = [one for one in result["requirements"] if one["id"] == "MKP-CANCEL-05"]
    assert (done.returncode, result["verdict"], seen["verdict"]) == (0, "conformant", "untested")
    assert seen["reason"].startswith("1 of 1 exchanges deviate; unproven: no fault")
    assert seen["failure"]["actual"]
    junit = ET.parse(reports / "junit.xml")  # noqa: S314 - we wrote it
    assert [len(junit.findall(f".//{tag}")) for tag in ("failure", "error")] == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["reference-omne"], ["`reference-omne`", "did you mean `reference-omneo`?"]),
        (["--fault", "cancel-shows-status-canceled"], ["did you mean `cancel-shows-status-cancelled`?"]),
        (["--targets", "missing.yaml"], ["missing.yaml", "cannot be read"]),
        (["--profile", "fast"], ["'gate', 'thorough'"]),
        (["--seed", "x"], ["--seed"]),
        (["--nonsense"], ["--nonsense"]),
    ],
)
def test_a_wrong_option_exits_2(cli, tmp_path, arguments, parts):
    """A mistake on the command line is one sentence with a remedy, without a traceback and without a report."""
    done = cli("run", *arguments)
    assert done.returncode == 2
    assert all(part in done.stderr for part in parts), done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_typo_in_the_targets_file_exits_2(cli, targets):
    """A mistyped key is named with its line and the key that was meant; the token is not shown."""
    path = targets(
        entry("own", "https://api.example.com/v1", "secret-value", ["apt_a1"]).replace("base_url", "bse_url")
    )
    done = cli("run", "--targets", path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(part in done.stderr for part in ("line 4", "`bse_url`", "did you mean `base_url`?"))
    assert "secret-value" not in done.stderr


def test_faults_are_for_the_built_in_targets(cli, targets):
    """A target of one's own cannot be broken on purpose."""
    path = targets(entry("own", "https://api.example.com/v1", "t", ["apt_a1"]))
    done = cli("run", "--targets", path, "--fault", "cancel-shows-no-id")
    assert (done.returncode, "built-in targets only" in done.stderr) == (2, True)


def test_an_output_that_cannot_be_written_exits_2(cli, tmp_path):
    """Where no report can be written the run ends with a sentence and not with a traceback."""
    (tmp_path / "file").touch()
    done = cli("run", MKP, "--output", "file/below")
    assert done.returncode == 2
    assert "file/below" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dead_port_exits_3_with_one_error_in_junit(cli, targets, tmp_path):
    """A target that does not answer is not testable, and JUnit has one case, an error."""
    done = cli("run", "--targets", targets(entry("own", dead_port(), "t", ["apt_a1"])))
    assert done.returncode == 3
    assert "own is not-testable" in done.stdout
    junit = ET.parse(tmp_path / "conformance-reports" / "own" / "junit.xml")  # noqa: S314 - we wrote it
    assert [len(junit.findall(f".//{tag}")) for tag in ("testcase", "error", "failure")] == [1, 1, 0]


def test_a_wrong_token_exits_3(cli, targets):
    """A token that is not accepted is not testable, and the reason says what to check."""
    with serve("mijnklantportaal") as reference:
        path = targets(entry("own", reference.base_url, "no-such-token", reference.appointments))
        done = cli("run", "--targets", path)
    assert done.returncode == 3
    assert "check the token" in done.stdout
    assert "no-such-token" not in done.stdout + done.stderr


def test_missing_evidence_exits_4_and_no_report_holds_the_token(cli, targets, tmp_path):
    """Without a second token the 403 requirement is open; nothing that was written holds the first one."""
    with serve("mijnklantportaal") as reference:
        done = cli(
            "run", "--targets", targets(entry("own", reference.base_url, reference.token, reference.appointments))
        )
        token = reference.token.encode()
    assert done.returncode == 4
    assert "own is not-verified" in done.stdout
    written = [path.read_bytes() for path in (tmp_path / "conformance-reports" / "own").iterdir()]
    assert len(written) == len(ARTEFACTS)
    assert not any(token in data for data in [*written, done.stdout.encode(), done.stderr.encode()])


def test_advice_that_gates_exits_1_and_is_called_advice(cli, targets):
    """With `advice: fail` a target that breaks advice alone is not conformant, and the line says that it is advice."""
    with serve("mijnklantportaal", faults=["cancel-no-challenge"]) as reference:
        own = entry("own", reference.base_url, reference.token, reference.appointments)
        more = f"    forbidden_token: {reference.forbidden_token}\n    advice: fail\n"
        done = cli("run", "-v", "--targets", targets(own + more))
    assert done.returncode == 1
    assert "HTTP-02 cancel  (SHOULD: advice, which gates here)" in done.stdout.replace("[", " ").replace("]", "")
    assert "FAILED HTTP-02 (cancel)" in done.stdout


def test_of_two_targets_the_worst_counts(cli, targets, tmp_path):
    """Each target has its own reports; a target that cannot be tested outweighs one that is only not verified."""
    with serve("mijnklantportaal") as reference:
        own = entry("own", reference.base_url, reference.token, reference.appointments)
        done = cli("run", "--targets", targets(own, entry("dead", dead_port(), "t", ["apt_a1"])))
    assert done.returncode == 3
    assert "own is not-verified" in done.stdout
    assert "dead is not-testable" in done.stdout
    assert {path.name for path in (tmp_path / "conformance-reports").iterdir()} == {"own", "dead"}


def test_a_result_of_an_earlier_run_never_survives(cli, targets, tmp_path):
    """A run that cannot judge replaces the good result of an earlier one."""
    reports = tmp_path / "conformance-reports" / "own"
    reports.mkdir(parents=True)
    for name in ARTEFACTS:
        (reports / name).write_text('{"verdict": "conformant"}')
    assert cli("run", "--targets", targets(entry("own", dead_port(), "t", ["apt_a1"]))).returncode == 3
    assert json.loads((reports / "result.json").read_text())["verdict"] == "not-testable"
    assert not any((reports / name).read_text() == '{"verdict": "conformant"}' for name in ARTEFACTS)


def test_an_error_of_the_suite_exits_5(cli, tmp_path):
    """An error of the suite is neither a failure nor a success of the target; the reason names it."""
    (tmp_path / "sitecustomize.py").write_text(
        "from appointment_conformance.engine.context import ScenarioContext\nScenarioContext.send = lambda *_: 1 / 0\n"
    )
    done = cli("run", MKP, PYTHONPATH=str(tmp_path))
    assert done.returncode == 5
    assert f"{MKP} is error" in done.stdout
    assert "ZeroDivisionError" in done.stdout


def test_the_surroundings_take_no_part(tmp_path):
    """Neither modules nor pytest configuration nor environment of the caller change what a run does."""
    for name in ("reports.py", "conftest.py", "appointment_reports.py", "pytest.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('taken from the wrong place')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -k nothing --nonsense\npython_files = check_*.py\n")
    done = cli_from_elsewhere(tmp_path)
    assert done.returncode == 0, done.stderr


def cli_from_elsewhere(directory):
    """Run the command as its console script does, in a process that has imported nothing before."""
    environ = {"PYTHONSAFEPATH": "1", "PYTEST_ADDOPTS": "-k nothing", "PYTEST_PLUGINS": "nonsense"}
    return processes.finished(processes.started_anew(directory, "appointment_conformance", "run", MKP, environ=environ))


def test_help_lists_the_commands(cli):
    """The help names every command that is not hidden with a whole phrase, and the help of `run` its exit codes."""
    shown = cli("--help").stdout
    for name, one in main.commands.items():
        assert (f"  {name} " in shown) is not one.hidden
    assert "..." not in shown.partition("Commands:")[2]
    assert "130 interrupted" in cli("run", "--help").stdout
    assert cli("--version").stdout.startswith("appointment-conformance")


def test_every_option_is_explained():
    """Every option of every command has a help text."""
    groups = [one for one in main.commands.values() if isinstance(one, click.Group)]
    commands = [*main.commands.values(), *(one for group in groups for one in group.commands.values())]
    options = [(one.name, o.name) for one in commands for o in one.params if isinstance(o, click.Option) and not o.help]
    assert len(commands) > 8
    assert options == []


def test_the_faults_are_listed(cli):
    """Every fault has a line with the requirements that it breaks."""
    lines = cli("faults").stdout.splitlines()
    assert len(lines) > 100
    assert any(line.startswith("cancel-shows-status-cancelled  (MKP-CANCEL-03") for line in lines)


def test_both_built_in_targets_are_the_default(cli, tmp_path):
    """Without a name both built-in targets are judged, side by side, and both are conformant."""
    done = cli("run")
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.name for path in (tmp_path / "conformance-reports").iterdir()} == {MKP, OMNEO}


def test_targets_that_share_fixtures_do_not_accuse_each_other(cli, targets):
    """One system under two names is judged twice, one after the other, and the console says so in one line."""
    with serve("mijnklantportaal") as reference, serve("mijnklantportaal") as other:
        first = entry("first", reference.base_url, reference.token, reference.appointments)
        second = entry("second", reference.base_url, reference.token, reference.appointments)
        apart = entry("apart", other.base_url, other.token, [f"apt_z{number}" for number in range(3)])
        done = cli("run", "first", "second", "--targets", targets(first, second, apart))
    assert done.returncode == 4, "without a forbidden token some is untested"
    assert done.stdout.startswith("first, second: one after the other, as they share an address or fixtures\n")
    assert "FAILED" not in done.stdout


def test_an_unreadable_proof_is_one_sentence(cli, targets, tmp_path):
    """An API whose data cannot be read is refused before a process is started, as every other mistake is."""
    (tmp_path / "sitecustomize.py").write_text(
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from appointment_conformance.apis.mijnklantportaal import api\n"
        "api.API = replace(api.API, proof=Path('gone.json'))\n"
    )
    # Another encoding starts a new interpreter, which finds the APIs anew.
    environ = {"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    done = cli("run", "--targets", targets(entry("own", dead_port(), "t", ["apt_a1"])), **environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert "gone.json cannot be used (FileNotFoundError)" in done.stderr
    assert done.stderr.count("\n") == 1
