"""`merge` makes one verdict of several runs: nothing is lost, nothing counts twice, nothing stale counts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from sample_results import CONFORMANT, manifest_of

from appointment_conformance.cli.merge import exit_codes, merge
from appointment_conformance.engine.verdict import worst
from appointment_conformance.errors import ConfigurationError
from appointment_reports import dumps
from appointment_reports.shard_manifest import write_manifest

CLI = "appointment_conformance"
TARGETS = {"a": 1, "b": 1, "c": 2}


#: Requirements from which the verdict `conformant` does not follow.
PASSED = CONFORMANT.requirements[0]
UNFOUNDED = (
    (),
    (replace(PASSED, verdict="untested", reason="no fixture was left"),),
    (PASSED, replace(PASSED, id="OMN-ID-02", verdict="failed", level="SHOULD", binding=True)),
    (PASSED, replace(PASSED, id="OMN-ID-02", verdict="error", defect=True, reason="a defect")),
    (PASSED, replace(PASSED, id="OMN-ID-02", verdict="deviation")),
)


def text_of_c(*requirements):
    """Return the text of a result that calls `c` conformant, whatever the verdicts of its requirements are."""
    return dumps(replace(CONFORMANT, target="c", run_id="run-c", requirements=requirements))


@pytest.fixture
def shards(tmp_path):
    """Write the reports of two shards with three conformant targets; return the directory of each."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for number, folder in enumerate(folders, 1):
        write_manifest(manifest_of(number, 2, TARGETS), folder)
        for name, shard in TARGETS.items():
            if shard == number:
                write_result(folder, name)
    return folders


def write_result(folder, name, **changes):
    """Write the result of a target, with its page."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    result = replace(CONFORMANT, target=name, run_id=f"run-{name}", **changes)
    (folder / name / "result.json").write_text(dumps(result), encoding="utf-8")
    (folder / name / "report.html").write_text("<p>a report")
    return result


def merged(folders, tmp_path):
    """Merge the folders; return the verdicts by target, the reasons, and the exit code."""
    overview, _ = merge(folders, tmp_path / "merged")
    verdicts = {outcome.target: outcome.verdict for outcome in overview.outcomes}
    return verdicts, {outcome.target: outcome.reason for outcome in overview.outcomes}, worst(exit_codes(overview))


@pytest.mark.usefixtures("shards")
def test_everything_that_reported_is_in_one_index(tmp_path, command):
    """All targets conform: exit 0, one index with links that exist, one JUnit file, one summary."""
    done = command(CLI, "merge", "one", "two", "--output", "merged")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 targets: 3 conformant." in done.stdout
    page = (tmp_path / "merged" / "index.html").read_text()
    for link in ("../one/a/report.html", "../one/b/report.html", "../two/c/report.html"):
        assert f'href="{link}"' in page
        assert (tmp_path / "merged" / link).exists()
    suites = ET.parse(tmp_path / "merged" / "junit.xml").findall("testsuite")  # noqa: S314 - we wrote it
    assert [suite.get("name") for suite in suites] == ["a / omneo", "b / omneo", "c / omneo"]
    assert "| c | conformant |" in (tmp_path / "merged" / "summary.md").read_text()
    assert {path.name for path in (tmp_path / "merged").iterdir()} == {"index.html", "junit.xml", "summary.md"}


def test_a_shard_that_left_nothing_is_missed(shards, tmp_path):
    """Without the second shard its target is an error that names it; the others keep their verdicts."""
    verdicts, reasons, code = merged(shards[:1], tmp_path)
    assert (verdicts, code) == ({"a": "conformant", "b": "conformant", "c": "error"}, 5)
    assert reasons["c"] == ("it never reported: it is in shard 2 of 2, and none of the directories has its run.")
    case = ET.parse(tmp_path / "merged" / "junit.xml").find(".//testcase[@classname='conformance.c']")  # noqa: S314 - ours
    assert case.find("error") is not None


def test_a_target_that_was_started_and_left_nothing_is_missed(shards, tmp_path):
    """A shard that was killed has a manifest: its target without a result is an error."""
    (shards[1] / "c" / "result.json").unlink()
    verdicts, reasons, code = merged(shards, tmp_path)
    assert (verdicts["c"], code) == ("error", 5)
    assert "it never reported: its run was started" in reasons["c"]
    assert 'href="../two/c' not in (tmp_path / "merged" / "index.html").read_text(), "its page is of no run of this"


def test_a_result_of_an_earlier_run_does_not_count(shards, tmp_path):
    """A result whose run no manifest names is stale, and so is one in the folder of a target without a manifest."""
    write_result(shards[0], "old")
    path = shards[1] / "c" / "result.json"
    path.write_text(path.read_text().replace("run-c", "run-of-yesterday"))
    verdicts, reasons, code = merged(shards, tmp_path)
    assert (verdicts, code) == ({"c": "error", "a": "conformant", "b": "conformant"}, 5)
    assert "of another run than the one of its shard" in reasons["c"]


def test_a_target_that_was_judged_twice_is_an_error(shards, tmp_path):
    """A target in two places has no verdict, even if both are the same; both places are named."""
    write_result(tmp_path / "three", "a")
    verdicts, reasons, code = merged([*shards, tmp_path / "three"], tmp_path)
    assert (verdicts["a"], code) == ("error", 5)
    assert reasons["a"] == f"it was judged 2 times: in {shards[0] / 'a'}, {tmp_path / 'three' / 'a'}."


def test_a_target_of_two_shards_in_one_directory_is_an_error(shards, tmp_path):
    """A manifest with another number of shards is left from an earlier run: the reason names the folder once."""
    write_manifest(manifest_of(2, 3, {"a": 2, "b": 1, "c": 1}), shards[0])
    verdicts, reasons, code = merged(shards, tmp_path)
    assert (verdicts["a"], code) == ("error", 5)
    assert reasons["a"] == f"it was judged 2 times: by shards that differ, all in {shards[0] / 'a'}."


def test_one_directory_counts_once(shards, tmp_path):
    """A directory that is named twice, in other words, is read once."""
    assert merged([*shards, tmp_path / "one" / ".." / "one"], tmp_path)[2] == 0


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (("conformant", "conformant-with-deviations", "conformant"), 0),
        (("not-verified", "conformant", "conformant"), 4),
        (("not-verified", "not-testable", "conformant"), 3),
        (("not-verified", "not-testable", "not-conformant"), 1),
        (("error", "not-testable", "not-conformant"), 5),
    ],
)
def test_the_worst_code_counts(tmp_path, verdicts, code):
    """The exit code is the most severe in the order 5 2 1 3 4 0, also without manifests."""
    declared = replace(PASSED, id="OMN-ID-02", verdict="deviation")
    for name, verdict in zip(TARGETS, verdicts, strict=True):
        requirements = (PASSED, declared) if verdict == "conformant-with-deviations" else (PASSED,)
        write_result(tmp_path / "all", name, verdict=verdict, requirements=requirements)
    assert merged([tmp_path / "all"], tmp_path)[2] == code


def test_shards_of_different_pipelines_do_not_belong_together(shards, tmp_path):
    """Manifests of two pipelines are an error, since one of them is left from an earlier one."""
    for number, pipeline in ((1, "100"), (2, "101")):
        write_manifest(manifest_of(number, 2, TARGETS, pipeline=pipeline), shards[number - 1])
    overview, _ = merge(shards, tmp_path / "merged")
    assert overview.problems == ("the shards are of different pipelines (100, 101); merge those of one.",)
    assert worst(exit_codes(overview)) == 5
    assert "different pipelines" in (tmp_path / "merged" / "junit.xml").read_text()


def test_what_differs_is_told(shards, tmp_path):
    """Other versions, other targets files and shards without targets change no verdict, and are told."""
    write_result(shards[1], "c", suite_version="9.9.9", targets_file="../others.yaml", profile="thorough")
    write_manifest(manifest_of(3, 3, {**TARGETS, "a": 2}), shards[1])
    overview, _ = merge(shards, tmp_path / "merged")
    told = "\n".join(overview.notes)
    assert "different suite versions: 0.1.0 (2 targets), 9.9.9 (1 target)." in told
    assert "different profiles: gate (2 targets), thorough (1 target)." in told
    assert "different targets files: none (2 targets), ../others.yaml (1 target)." in told
    assert "the shards do not agree on the targets" in told
    assert "of 3 shards 2 never reported: 1, 2." in told
    assert "of 3 shards 1 reported and had no targets: 3." in told
    assert worst(exit_codes(overview)) == 0
    assert "2 never reported" in (tmp_path / "merged" / "summary.md").read_text()
    assert "2 never reported: 1, 2." in (tmp_path / "merged" / "index.html").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not JSON", "is not JSON that can be used"),
        ("{}", "is no file of this version of the suite"),
        ("x" * 100, "is not JSON that can be used"),
        (dumps(replace(CONFORMANT, target="another", run_id="run-c")), "is about another target"),
        *((text_of_c(*requirements), "contradicts itself") for requirements in UNFOUNDED),
    ],
    ids=["text", "empty", "long", "another", "nothing", "untested", "failed", "defect", "deviation"],
)
def test_a_result_that_cannot_be_used_is_an_error_of_its_target(shards, tmp_path, text, told):
    """Whatever somebody has put into a result, the others are merged, and this one is an error with one sentence."""
    (shards[1] / "c" / "result.json").write_text(text)
    verdicts, reasons, code = merged(shards, tmp_path)
    assert (verdicts["a"], verdicts["c"], code) == ("conformant", "error", 5)
    assert told in reasons["c"]
    assert "\n" not in reasons["c"]


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda _: None, "cannot be read: No such file or directory"),
        (lambda folder: folder.mkdir(), "has no reports"),
        (lambda folder: folder.write_text("a file"), "cannot be read: Not a directory"),
        (lambda folder: (folder.mkdir(), (folder / "shard-1-of-2.json").write_text("{")), "is not JSON"),
        (lambda folder: (folder.mkdir(), (folder / "shard-1-of-2.json").mkdir()), "is not a regular file"),
        (lambda folder: write_manifest(manifest_of(1, 2, {"../a": 1}), folder), "is no file of this version"),
    ],
    ids=["missing", "empty", "file", "no JSON", "folder", "path in a name"],
)
def test_a_directory_that_holds_no_run_exits_2(tmp_path, command, prepare, told):
    """One sentence names the directory or the manifest; an index of an earlier merge does not stay."""
    (tmp_path / "merged").mkdir()
    (tmp_path / "merged" / "index.html").write_text("green")
    prepare(tmp_path / "reports")
    done = command(CLI, "merge", "reports", "--output", "merged")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: reports")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "merged" / "index.html").exists()


def test_the_reports_of_a_target_are_not_overwritten(shards):
    """An output directory that is the folder of a target is refused, and its files stay."""
    (shards[0] / "a" / "junit.xml").write_text("of the target")
    with pytest.raises(ConfigurationError, match="has the reports of one target"):
        merge(shards, shards[0] / "a")
    assert (shards[0] / "a" / "junit.xml").read_text() == "of the target"


@pytest.mark.usefixtures("shards")
@pytest.mark.parametrize(
    "prepare", [lambda path: path.write_text("a file"), lambda path: (path / "index.html").mkdir(parents=True)]
)
def test_an_output_that_cannot_be_written_exits_2(tmp_path, command, prepare):
    """An output that is a file, or has a folder where a file belongs, is told in one sentence with its path."""
    prepare(tmp_path / "merged")
    done = command(CLI, "merge", "one", "two", "--output", "merged")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"error: cannot write merged/index\.html: [A-Z][a-z ]+; choose another --output\.\n", done.stderr
    )


def test_a_verdict_on_a_part_is_told(shards, tmp_path, command):
    """A result about selected requirements only keeps its verdict; console, page and summary say what it is about."""
    write_result(shards[1], "c", partial=True)
    told = "the verdict on 1 target is about selected requirements only: c."
    done = command(CLI, "merge", "one", "two", "--output", "merged")
    assert (done.returncode, done.stdout.count(told)) == (0, 1)
    assert told in (tmp_path / "merged" / "index.html").read_text()
    assert told.removesuffix(".") in (tmp_path / "merged" / "summary.md").read_text().replace("&#58;", ":")


def test_without_a_directory_it_is_a_usage_error(command):
    """Nothing to merge is no success."""
    assert command(CLI, "merge").returncode == 2


def test_a_real_shard_is_merged(command, tmp_path):
    """Both shards of the built-in targets, one of them broken: the merge has both, and the code of the worse one."""
    for number in (1, 2):
        fault = ("--fault", "cancel-shows-status-cancelled")
        command(CLI, "run", "--shard", f"{number}/2", "--output", f"shard-{number}", *fault)
    done = command(CLI, "merge", "shard-1", "shard-2")
    assert done.returncode == 1
    assert "reference-mijnklantportaal is not-conformant\n" in done.stdout
    assert "2 targets: 1 not-conformant, 1 conformant." in done.stdout
    case = ET.parse(tmp_path / "conformance-reports" / "junit.xml").find(".//testcase[@name='MKP-CANCEL-03 cancel']")  # noqa: S314 - ours
    assert case.get("classname") == "conformance.reference-mijnklantportaal.cancel"
    assert "Request (exchange" in case.find("failure").text


def test_the_table_alone(shards, command):
    """With `-q` nothing but the table is shown."""
    done = command(CLI, "merge", "one", "two", "-q", COLUMNS="200")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["target", "a", "b", "c"]
    assert json.loads((shards[0] / "shard-1-of-2.json").read_text())["runs"] == {"a": "run-a", "b": "run-b"}
