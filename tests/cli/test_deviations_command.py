"""`deviations init` and `deviations prune`, as the owner of a target uses them."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference_apis import serve

FAULT = "cancel-shows-status-cancelled"
TARGETS = """\
targets:
  portal:
    api: mijnklantportaal
    base_url: {base_url}
    token: {token}
    forbidden_token: {forbidden_token}
    environment: test
    deviations: known/portal.yaml
    fixtures:
      appointments: [{appointments}]
"""


@pytest.fixture
def conformance(command, tmp_path):
    """Run the command line on a reference API with these faults, served anew: every cancel uses up an appointment."""

    def running(*arguments, faults=()):
        with serve("mijnklantportaal", faults=faults) as api:
            text = TARGETS.format(
                base_url=api.base_url,
                token=api.token,
                forbidden_token=api.forbidden_token,
                appointments=", ".join(api.appointments),
            )
            (tmp_path / "targets.yaml").write_text(text, encoding="utf-8")
            return command("appointment_conformance", *arguments, "portal", "--targets", "targets.yaml")

    return running


def test_from_failure_to_declaration_and_back(conformance, tmp_path):
    """Failures are declared, filled in and accepted; after they are fixed, the entries fail the gate and are pruned."""
    known = tmp_path / "known" / "portal.yaml"
    assert conformance("run", faults=[FAULT]).returncode == 1
    assert conformance("deviations", "init").returncode == 0
    empty = conformance("run", faults=[FAULT])
    assert (empty.returncode, "must not be empty" in empty.stderr) == (2, True)

    known.write_text(known.read_text(encoding="utf-8").replace('""', "agreed"), encoding="utf-8")
    excused = conformance("run", faults=[FAULT])
    assert (excused.returncode, "conformant-with-deviations" in excused.stdout) == (0, True)
    assert "nothing to declare" in conformance("deviations", "init").stdout
    assert "0 entries dropped" in conformance("deviations", "prune").stdout

    mended = conformance("run")
    assert (mended.returncode, "holds now" in mended.stdout) == (1, True)
    assert conformance("deviations", "prune").returncode == 0
    assert "requirement" not in known.read_text(encoding="utf-8")
    assert conformance("run").returncode == 0


def test_every_report_shows_what_is_declared(conformance, tmp_path):
    """A declared failure is skipped with its reason in JUnit, and listed in the page, the summary and result.json."""
    conformance("run", faults=[FAULT])
    conformance("deviations", "init")
    known = tmp_path / "known" / "portal.yaml"
    known.write_text(known.read_text(encoding="utf-8").replace('""', "agreed upon"), encoding="utf-8")
    conformance("run", faults=[FAULT])
    reports = tmp_path / "conformance-reports" / "portal"
    for name in ("junit.xml", "report.html", "summary.md", "result.json"):
        assert "agreed upon" in (reports / name).read_text(encoding="utf-8"), name
    verdicts = {one["id"]: one for one in json.loads((reports / "result.json").read_text("utf-8"))["requirements"]}
    assert verdicts["MKP-CANCEL-03"]["verdict"] == "deviation"
    assert verdicts["MKP-CANCEL-03"]["failure"]["fingerprint"] in known.read_text(encoding="utf-8")


def test_without_a_run_there_is_nothing_to_declare(conformance, tmp_path):
    """Before the first run both commands say what to do, and write nothing."""
    refused = conformance("deviations", "init")
    assert (refused.returncode, "run the target first" in refused.stderr) == (2, True)
    assert not (tmp_path / "known").exists()


def test_a_target_without_a_file_is_told_so(command, tmp_path):
    """A target that names no file of known deviations gets the line to add."""
    text = TARGETS.format(
        base_url="https://api.example.com/v1", token="t" * 9, forbidden_token="f", appointments="apt_a"
    )
    lines = [line for line in text.splitlines(keepends=True) if "known" not in line]
    (tmp_path / "targets.yaml").write_text("".join(lines), encoding="utf-8")
    refused = command("appointment_conformance", "deviations", "init", "portal", "--targets", "targets.yaml")
    assert refused.returncode == 2
    assert "add `deviations: portal.yaml`" in refused.stderr
