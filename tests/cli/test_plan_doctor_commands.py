"""`plan` and `doctor` on the command line."""

from __future__ import annotations

import json
import socket

import pytest

from appointment_conformance.reference_apis import serve

MKP = "reference-mijnklantportaal"


@pytest.fixture
def cli(command):
    """Run the command line."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


@pytest.fixture
def targets(tmp_path):
    """Write a targets file with one MijnKlantportaal target and return its path."""

    def writing(base_url, token, appointments, more=""):
        path = tmp_path / "targets.yaml"
        path.write_text(
            f"targets:\n  own:\n    api: mijnklantportaal\n    base_url: {base_url}\n    token: {token}\n"
            f"    fixtures: {{appointments: [{', '.join(appointments)}]}}\n{more}"
        )
        return path

    return writing


def test_plan_says_what_to_add_without_sending_anything(cli, targets):
    """The plan of a target that does not answer has the maximum requests, the minutes and the gaps."""
    limits = "    limits: {requests_per_minute: 60}\n"
    done = cli("plan", "--targets", targets("https://api.example.com/v1", "t1", ["apt_a1", "apt_b2"], limits))
    assert (done.returncode, done.stderr) == (0, "")
    assert all(part in done.stdout for part in ("own (mijnklantportaal", "at most", "minutes", "add forbidden_token"))


def test_plan_as_json_is_the_same_each_time(cli, tmp_path):
    """Two plans of one target are equal, so that a pipeline can compare them; no file is written."""
    first, second = cli("plan", MKP, "--json"), cli("plan", MKP, "--json")
    assert first.stdout == second.stdout
    (plan,) = json.loads(first.stdout)
    assert {"target", "most", "most_requests", "appointments", "minutes", "gaps"} <= set(plan)
    assert list(tmp_path.iterdir()) == []


def test_doctor_exits_0_for_a_fit_target(cli):
    """Nothing fails on the reference API; each line has a grade, the target and a check."""
    done = cli("doctor", MKP)
    assert done.returncode == 0
    assert all(line.split()[0] in {"ok", "warn"} and line.split()[1] == MKP for line in done.stdout.splitlines())


def test_doctor_exits_3_where_nobody_listens(cli, targets):
    """A target that cannot be reached cannot be tested; the line says what to check."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    done = cli("doctor", "--targets", targets(url, "t1", ["apt_a1"]))
    assert done.returncode == 3
    assert "fail  own  connection" in done.stdout


def test_doctor_shows_no_token(cli, targets):
    """A token that is not accepted is not shown."""
    with serve("mijnklantportaal") as reference:
        done = cli("doctor", "--targets", targets(reference.base_url, "no-such-token", reference.appointments))
    assert done.returncode == 3
    assert "no-such-token" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["plan", "doctor"])
def test_a_mistake_exits_2(cli, name):
    """An unknown target or a missing file is one sentence, and nothing is checked."""
    assert "did you mean" in cli(name, "reference-omne").stderr
    done = cli(name, "--targets", "missing.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing.yaml" in done.stderr


@pytest.mark.parametrize("name", ["run", "plan", "doctor"])
def test_a_directory_in_place_of_the_targets_file_is_told_in_one_sentence(cli, name):
    """It is refused with exit code 2 and exactly one sentence."""
    done = cli(name, "--targets", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: .: the targets file cannot be read: Is a directory.\n"
