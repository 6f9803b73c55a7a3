"""No variable in the environment, and no missing one, changes the verdict or the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

MKP = "reference-mijnklantportaal"
QUIET = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis")
SUITE = (*QUIET, "--pyargs", "appointment_conformance.suite", "--target", MKP)
NOBODY = """\
import pwd
def nobody(*_):
    raise KeyError("uid not found")
pwd.getpwuid = nobody
"""


@pytest.fixture
def run(tmp_path):
    """Run a command with only the given environment and the given limit of open files."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}

    def running(*arguments, environ=None, files=None, flags=()):
        command = [sys.executable, *flags, "-m", *arguments]
        if files:
            command = ["/bin/sh", "-c", f'ulimit {files} && exec "$@"', "sh", *command]
        return subprocess.run(  # noqa: S603 - our own interpreter, with arguments of our own
            command,
            cwd=tmp_path,
            env={**kept, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return running


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONOPTIMIZE": "2"},
        {"PYTHONINSPECT": "1"},
        {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1", "PYTHONTRACEMALLOC": "1"},
        {
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSAFEPATH": "1",
            "PYTHONHASHSEED": "7",
            "PYTHONUTF8": "0",
            "PYTHONPROFILEIMPORTTIME": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONMALLOC": "debug",
            "TMPDIR": "/nonexistent",
        },
        {"HOME": ""},
        {"HOME": "/proc"},
        {"XDG_CACHE_HOME": "here"},
    ],
    ids=" ".join,
)
def test_a_setting_of_python_or_the_system_changes_no_verdict(run, tmp_path, environ):
    """A conforming API is conformant, the exit code is 0, and only the reports are left."""
    done = run("appointment_conformance", "run", MKP, environ=environ)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{MKP} is conformant" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"conformance-reports"}


@pytest.mark.parametrize(
    ("setting", "arguments", "code"),
    [
        ("PYTHONINSPECT", ("run", MKP, "--fault", "cancel-shows-no-id"), 1),
        ("PYTHONINSPECT", ("run", "nonsense"), 2),
        ("PYTHONINSPECT", ("faults",), 0),
        ("PYTHONOPTIMIZE", ("run", MKP, "--fault", "cancel-shows-no-id"), 1),
        ("PYTHONOPTIMIZE", ("plan", MKP), 0),
        ("PYTHONOPTIMIZE", ("doctor", MKP), 0),
    ],
)
def test_every_command_keeps_its_exit_code(run, setting, arguments, code):
    """Without docstrings, and where Python would wait for statements at its end, exit codes are what they are."""
    done = run("appointment_conformance", *arguments, environ={setting: "2"})
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_requirements_are_told_without_docstrings(run):
    """Python may drop docstrings in the process of pytest, too: the suite reads its statements from the source."""
    done = run(*SUITE, flags=["-OO"])
    assert done.returncode == 0, done.stdout[-2000:]
    assert f"{MKP} is conformant" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="users are not looked up in `pwd` on Windows")
def test_a_user_without_a_name_and_a_home_gets_a_verdict(run, tmp_path):
    """A run works with a user id that has no entry and without HOME, as in many containers."""
    (tmp_path / "sitecustomize.py").write_text(f"import os\nos.environ.pop('HOME', None)\n{NOBODY}")
    done = run("appointment_conformance", "run", MKP, environ={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stdout


def test_a_system_without_room_for_temporary_files_is_told(run, tmp_path):
    """Where no temporary file can be made, one sentence says so and what to set, with exit code 2."""
    (tmp_path / "sitecustomize.py").write_text(
        "import tempfile\ntempfile._candidate_tempdir_list = lambda: ['/proc']\n"
    )
    done = run("appointment_conformance", "run", MKP, environ={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert "set TMPDIR to a writable directory" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    "arguments",
    [
        ("appointment_conformance", "run", MKP),
        ("appointment_conformance", "plan", MKP),
        ("appointment_conformance", "selftest"),
        SUITE,
    ],
    ids=["run", "plan", "selftest", "pytest"],
)
def test_too_few_open_files_are_refused(run, tmp_path, arguments):
    """Where next to no file can be opened, one sentence says so, with exit code 2, and nothing hangs."""
    done = run(*arguments, files="-n 12")
    assert done.returncode == 2, done.stderr
    assert "12 files open at once" in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_that_may_be_raised_is_raised(run):
    """A low limit of open files is accepted if the process can raise it itself."""
    done = run("appointment_conformance", "run", MKP, files="-S -n 12")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("limit", "code", "told"),
    [("-S -n 80", 3, "90 targets: "), ("-n 80", 2, "may have 80 files open at once, and needs 134;")],
    ids=["it may be raised", "it may not"],
)
def test_many_targets_have_a_file_open_for_each(run, tmp_path, limit, code, told):
    """The limit of open files is raised by the number of targets; if that is not allowed, nothing is started."""
    entries = {
        f"store-{number}": {
            "api": "mijnklantportaal",
            "base_url": f"http://127.0.1.{number + 1}:1/v1",
            "token": "Own/Token+1234567",
            "fixtures": {"appointments": [f"apt_a{number}", f"apt_b{number}"]},
        }
        for number in range(90)
    }
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": entries}))
    done = run("appointment_conformance", "run", "--jobs", "2", "--fail-fast", files=limit)
    assert done.returncode == code, done.stderr
    assert told in done.stdout + done.stderr
