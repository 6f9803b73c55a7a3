"""Plugins that teams use, the real ones: the verdict is that of a run without them, and a run is never played twice."""

from __future__ import annotations

import json
from importlib.util import find_spec
from xml.etree import ElementTree as ET

import pytest

MKP = "reference-mijnklantportaal"
SUITE = ("pytest", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite", "--target", MKP)
BROKEN = ("--conformance-fault", "cancel-shows-status-cancelled")
#: The module of each plugin, with the options that switch it on.
PLUGINS = {
    "pytest_randomly": ("--randomly-seed", "7"),
    "pytest_rerunfailures": ("--reruns", "2"),
    "pytest_timeout": ("--timeout", "100"),
    "pytest_html": ("--html", "page.html", "--self-contained-html"),
    "pytest_cov": ("--cov", "own", "--cov-report", "xml"),
    "xdist": ("-n", "2"),
    "_pytest.junitxml": ("--junitxml", "pytest.xml"),
    "_pytest.runner": ("--durations", "3"),
}


def result_in(folder):
    """Return the result of the run in a folder."""
    return json.loads((folder / "conformance-reports" / MKP / "result.json").read_text())


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_changes_no_verdict(command, tmp_path, plugin):
    """With a failure in the target each requirement has its verdict, the code is 1, and requests are sent once."""
    assert find_spec(plugin), f"{plugin} is missing: tox.ini lists what these tests need"
    found = {}
    for name, options in {"without": (), "with": PLUGINS[plugin]}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.py").touch()
        order = () if "--randomly-seed" in options else ("-p", "no:randomly")
        done = command(*SUITE, *BROKEN, *order, *options, cwd=tmp_path / name)
        assert done.returncode == 1, done.stdout[-2000:] + done.stderr
        found[name] = result_in(tmp_path / name)
    judged = [{(one["id"], one["operation"]): one["verdict"] for one in found[name]["requirements"]} for name in found]
    assert judged[0] == judged[1]
    assert (found["with"]["verdict"], found["with"]["requests"]) == ("not-conformant", found["without"]["requests"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_order_changes_no_verdict(command, tmp_path, seed):
    """In whatever order the items run, their verdicts are the same."""
    done = command(*SUITE, *BROKEN, "-p", "no:cacheprovider", f"--randomly-seed={seed}")
    assert done.returncode == 1, done.stdout[-2000:]
    failed = [one["id"] for one in result_in(tmp_path)["requirements"] if one["verdict"] == "failed"]
    assert failed == ["MKP-CANCEL-03", "MKP-CANCEL-05"]


def test_the_reports_of_others_name_the_items(command, tmp_path):
    """The JUnit file of pytest and the page of pytest-html have each item with its outcome."""
    done = command(*SUITE, *BROKEN, "--junitxml", "pytest.xml", "--html", "page.html", "--self-contained-html")
    assert done.returncode == 1
    document = ET.parse(tmp_path / "pytest.xml")  # noqa: S314 - pytest's own file
    cases = {case.get("name"): case.find("failure") is not None for case in document.iter("testcase")}
    assert cases["MKP-CANCEL-03[cancel]"]
    assert not cases["MKP-CANCEL-08[cancel]"]
    assert "MKP-CANCEL-03[cancel]" in (tmp_path / "page.html").read_text()
