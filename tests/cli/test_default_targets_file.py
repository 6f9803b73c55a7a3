"""A targets file in the working directory is used, and the built-in targets are then asked for by name."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference_apis import serve

MKP = "reference-mijnklantportaal"
SUITE = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite")


@pytest.fixture
def cli(command):
    """Run the command line."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


def entry(**changes):
    """Return an entry with a port on which no server listens."""
    fixtures = {"appointments": ["apt_a1", "apt_a2"]}
    plain = {"api": "mijnklantportaal", "base_url": "http://127.0.0.1:9/v1", "token": "Own/Token+1234567"}
    return {**plain, "fixtures": fixtures, **changes}


@pytest.fixture
def file(tmp_path):
    """Write a targets file of these targets."""

    def writing(name="targets.yaml", **targets):
        (tmp_path / name).write_text(json.dumps({"targets": targets}))

    return writing


@pytest.mark.parametrize("name", ["targets.yaml", "targets.yml"])
def test_a_file_in_the_directory_is_used_and_named(cli, file, tmp_path, name):
    """Without an option the targets of the file are judged, never the reference API in their place."""
    file(name, own=entry())
    done = cli("run")
    assert (done.returncode, done.stdout.startswith(f"targets from {name}\n")) == (3, True)
    assert {path.name for path in (tmp_path / "conformance-reports").iterdir()} == {"own"}
    result = json.loads((tmp_path / "conformance-reports" / "own" / "result.json").read_text())
    assert f"run own --targets {name} " in result["command"]


def test_a_built_in_target_is_asked_for_by_name(cli, file):
    """Beside a file the name of a built-in target still means that one, and --fault breaks it."""
    file(own=entry())
    done = cli("run", MKP, "--fault", "cancel-shows-status-cancelled")
    assert (done.returncode, "targets from" in done.stdout) == (1, False)
    assert f"{MKP} is not-conformant" in done.stdout


def test_a_target_of_the_file_comes_before_a_built_in_one(cli, file):
    """Where the file has a target of the name of a built-in one, the name means that of the file."""
    file(**{MKP: entry()})
    done = cli("run", MKP)
    assert (done.returncode, done.stdout.startswith("targets from targets.yaml\n")) == (3, True)


def test_both_kinds_may_be_asked_for_at_once(cli, file):
    """A target of the file and a built-in one are judged side by side."""
    file(own=entry())
    done = cli("run", "own", MKP)
    assert done.returncode == 3
    assert all(told in done.stdout for told in ("own is not-testable", f"{MKP} is conformant"))


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run", "nosuch"], "targets.yaml: there is no target `nosuch`; known are own."),
        (["run", "--fault", "cancel-shows-no-id"], "name the built-in target to break."),
        (["run", "own", "--fault", "cancel-shows-no-id"], "name the built-in target to break."),
        (["plan", "nosuch"], "targets.yaml: there is no target `nosuch`"),
        (["doctor", "nosuch"], "targets.yaml: there is no target `nosuch`"),
        (["deviations", "init", "own"], "targets.own lacks the key `deviations`"),
        (["deviations", "prune", "own"], "targets.own lacks the key `deviations`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_every_command_goes_by_it(cli, file, arguments, part):
    """Each command with --targets uses that file, and a mistake in it is reported with its name."""
    file(own=entry())
    done = cli(*arguments)
    assert (done.returncode, part in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_the_plan_of_the_file_is_told_apart_from_where_it_comes_from(cli, file):
    """The sentence on the file goes to stderr, so the output of a plan is still JSON."""
    file(own=entry())
    done = cli("plan", "--json")
    assert ([one["target"] for one in json.loads(done.stdout)], done.stderr) == (["own"], "targets from targets.yaml\n")


def test_two_files_are_one_too_many(cli, file):
    """If both files exist in the directory, it is not clear which one is meant."""
    file("targets.yaml", own=entry())
    file("targets.yml", own=entry())
    for arguments in (["run"], ["run", MKP], ["plan"], ["doctor"]):
        done = cli(*arguments)
        assert (done.returncode, "targets.yaml and targets.yml are both here" in done.stderr) == (2, True)


def test_a_file_that_is_no_targets_file_is_not_passed_over(cli, tmp_path):
    """A file that cannot be read is an error, never a reason to judge the reference API."""
    (tmp_path / "targets.yaml").symlink_to(tmp_path / "nowhere")
    done = cli("run")
    assert (done.returncode, "targets.yaml" in done.stderr) == (2, True)


def test_without_a_file_that_is_needed_the_option_is_named(cli):
    """A command that has nothing to do without a file says which option names it."""
    for name in ("init", "prune"):
        done = cli("deviations", name, "own")
        assert (done.returncode, "name the targets file with --targets" in done.stderr) == (2, True)


def test_pytest_goes_by_it_as_well(command, file):
    """Under pytest the file is used and named; a built-in target is asked for by name."""
    with serve("mijnklantportaal") as reference:
        fixtures = {"appointments": list(reference.appointments)}
        file(own=entry(base_url=reference.base_url, token=reference.token, fixtures=fixtures))
        done = command(*SUITE, "--target", "own", "-k", "MKP-CANCEL-03")
    assert (done.returncode, "\ntargets from targets.yaml\nown is not-verified\n" in done.stdout) == (4, True)
    done = command(*SUITE, "--target", MKP)
    assert (done.returncode, "targets from" in done.stdout) == (0, False)
    # Without a name it is every target of the file, and this one does not answer any more.
    done = command(*SUITE)
    assert (done.returncode, "\ntargets from targets.yaml\nown is not-testable\n" in done.stdout) == (3, True)
