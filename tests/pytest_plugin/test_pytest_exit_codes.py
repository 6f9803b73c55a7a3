"""Under pytest the exit code is the suite's, with any result of pytest and plugins; without a verdict it is never 0."""

from __future__ import annotations

import json
import os

import pytest

MKP = "reference-mijnklantportaal"
# The plugins of this test run are installed; those that change the order have tests of their own.
SUITE = (
    "pytest",
    "-q",
    "-p",
    "no:schemathesis",
    "-p",
    "no:randomly",
    "--pyargs",
    "appointment_conformance.suite",
    "--target",
    MKP,
)
BROKEN = ("--conformance-fault", "second-cancel-answers-400")
#: Plugins that other people install, as small as they can be, by what they do.
PLUGINS = {
    "deselects all and calls it success": """
def pytest_collection_modifyitems(items):
    items.clear()
def pytest_sessionfinish(session):
    session.exitstatus = 0
""",
    "calls everything success": """
import pytest
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    yield
    session.exitstatus = 0
""",
    "ends with 0": """
import pytest
def pytest_runtest_setup():
    pytest.exit("enough", returncode=0)
""",
    "ends with 0 at the start": """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_configure():
    pytest.exit("enough", returncode=0)
""",
    "ends with 0 while it collects": """
import pytest
def pytest_collection():
    pytest.exit("enough", returncode=0)
""",
    "breaks": """
def pytest_runtest_logreport():
    raise RuntimeError("broken by a plugin")
""",
    "breaks at the start": """
def pytest_configure():
    raise RuntimeError("broken by a plugin")
""",
    "breaks at the end": """
def pytest_sessionfinish():
    raise RuntimeError("broken by a plugin")
""",
    "stops after one": """
def pytest_runtest_logreport(report):
    pytest_runtest_logreport.session.shouldstop = "that was one"
def pytest_sessionstart(session):
    pytest_runtest_logreport.session = session
""",
    "fails what takes too long": """
import pytest
def pytest_conformance_scenario(name):
    if name == "credentials":
        pytest.fail("too slow")
""",
    "judges in processes of its own": """
import os
def pytest_runtest_protocol(item, nextitem):
    from _pytest.runner import runtestprotocol
    if (child := os.fork()) == 0:
        runtestprotocol(item, nextitem=nextitem, log=False)
        os._exit(0)
    os.waitpid(child, 0)
    return True
""",
    "runs a failed test again": """
import contextlib
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item._initrequest()
        with contextlib.suppress(Exception):
            item.runtest()
    return report
""",
}


@pytest.fixture
def suite(command):
    """Run the suite against the built-in target, with more arguments."""
    return lambda *more, **options: command(*SUITE, *more, **options)


@pytest.fixture
def result(tmp_path):
    """Read the result; return None if there is none."""
    path = tmp_path / "conformance-reports" / MKP / "result.json"
    return lambda: json.loads(path.read_text()) if path.exists() else None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--bogus"], 2),
        (["--conformance-profile", "fast"], 2),
        (["--conformance-seed", "x"], 2),
        (["--setup-only"], 2),
        (["--setup-plan"], 2),
        (["appointment_conformance.suite.nosuch"], 2),
        (["-k", "matches_nothing"], 4),
        (["-m", "matches_nothing"], 4),
        (["--sw", *BROKEN], 1),
        (["--maxfail=1", *BROKEN], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_pytest_calls_otherwise(suite, result, arguments, code):
    """A mistake is 2, nothing selected 4, a stop after a failure 1; a report says what was judged, or there is none."""
    done = suite(*arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    verdict = {2: None, 4: "not-verified", 1: "not-conformant"}[code]
    assert (result() and result()["verdict"]) == verdict


@pytest.mark.parametrize(
    ("what", "code", "verdict"),
    [
        ("deselects all and calls it success", 4, "not-verified"),
        ("calls everything success", 1, "not-conformant"),
        ("ends with 0", 130, "not-verified"),
        ("ends with 0 at the start", 5, None),
        ("ends with 0 while it collects", 130, "not-verified"),
        ("breaks", 5, "error"),
        ("breaks at the start", 5, None),
        ("breaks at the end", 5, "error"),
        ("stops after one", 4, "not-verified"),
        ("fails what takes too long", 5, "error"),
        ("runs a failed test again", 1, "not-conformant"),
    ],
)
def test_no_plugin_makes_it_green(suite, result, tmp_path, what, code, verdict):
    """No change of the session by a plugin changes the exit code of the verdict."""
    (tmp_path / "plugged.py").write_text(PLUGINS[what])
    done = suite("-p", "plugged", *BROKEN, PYTHONPATH=str(tmp_path))
    assert done.returncode == code, done.stdout + done.stderr
    assert (result() and result()["verdict"]) == verdict


def test_a_conftest_that_cannot_be_loaded_is_a_mistake(suite, result, tmp_path):
    """A failing conftest.py of other tests gives one sentence and 2, not 4, which means not verified here."""
    (tmp_path / "conftest.py").write_text("raise RuntimeError('broken by a conftest.py')\n")
    done = suite(".")
    told = done.stdout + done.stderr
    assert (done.returncode, result()) == (2, None)
    assert (told.count("broken by a conftest.py"), "Traceback" in told) == (1, False)


@pytest.mark.parametrize("what", ["breaks", "breaks at the end"])
def test_what_broke_is_named(suite, result, tmp_path, what):
    """The reason of an error in a plugin says what the plugin said, and so does the console."""
    (tmp_path / "plugged.py").write_text(PLUGINS[what])
    done = suite("-p", "plugged", PYTHONPATH=str(tmp_path))
    assert result()["reason"].startswith("pytest or a plugin broke: ")
    assert all("broken by a plugin" in told for told in (result()["reason"], done.stdout + done.stderr))


def test_a_report_of_pytest_that_cannot_be_written_costs_no_report_of_ours(suite, result, tmp_path):
    """If pytest cannot write its own report, because the folder is a file, the verdict is still shown, with 5."""
    (tmp_path / "taken").touch()
    done = suite("--junitxml", "taken/junit.xml")
    assert (done.returncode, "Traceback" in done.stderr) == (5, False)
    assert {one["verdict"] for one in result()["requirements"]} == {"passed"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_nothing_is_sent_by_copies_of_the_process(suite, result, tmp_path):
    """Where each test gets a process of its own, none of them sends anything, and nothing is verified."""
    (tmp_path / "plugged.py").write_text(PLUGINS["judges in processes of its own"])
    done = suite("-p", "plugged", PYTHONPATH=str(tmp_path))
    assert (done.returncode, result()["verdict"], result()["requests"]) == (4, "not-verified", 0)


@pytest.mark.parametrize("option", ["--help", "--markers", "--fixtures"])
def test_pytest_may_show_something_of_itself(command, option):
    """What only shows something about pytest needs no target, and no run."""
    done = command(*SUITE[:-2], option)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_test_of_a_user_beside_a_green_verdict_still_counts(suite, tmp_path):
    """If the target is conformant and another test fails, the exit code is pytest's 1."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert False\n")
    assert suite("test_own.py", "--rootdir", tmp_path).returncode == 1
