"""An entry whose fingerprint an older version made is told of, and `deviations init` renews it in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sample_results import CONFORMANT

from appointment_conformance.cli.deviations import declare, prune
from appointment_conformance.engine.deviation_entries import Declared, declared, renewals, with_renewed
from appointment_conformance.engine.known_deviations import apply_deviations, read_deviations, stale_entries
from appointment_conformance.engine.verdict import fold
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.default_file import TargetsFile
from appointment_reports import Failure, RequirementResult, dumps

TODAY = date(2026, 3, 1)
OLD, OTHER_OLD, NEW = "0a1b-2c3d-4e5f", "1111-2222-3333", "2-aaaa-bbbb-cccc"
ENTRY = """\
# Agreed with the gateway team.
- requirement: OMN-ID-05
  operation: link
  fingerprint: {}   # of the March release
  reason: numbers wrap
  ticket: 4711
  owner: platform team
  expires: 2999-03-31
"""
TARGETS = """\
targets:
  own:
    api: mijnklantportaal
    base_url: https://api.example.com/v1
    token: secret-value
    environment: test
    deviations: known.yaml
    fixtures:
      appointments: [apt_a]
"""
PASSED = RequirementResult("OMN-OK-01", "A title", "MUST", "link", "source", "passed", witnesses=1)
FAILED = replace(
    PASSED, id="OMN-ID-05", verdict="failed", failure=Failure("status 422", "status 200", None, "curl", NEW)
)


@pytest.fixture
def ran(tmp_path):
    """Return a function that writes the file of known deviations, the targets file and the last run's results."""

    def write(text, *results):
        (tmp_path / "known.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "targets.yaml").write_text(TARGETS, encoding="utf-8")
        result = replace(CONFORMANT, verdict="not-conformant", requirements=results)
        (tmp_path / "own").mkdir(exist_ok=True)
        (tmp_path / "own" / "result.json").write_text(dumps(result), encoding="utf-8")

    return write


@pytest.fixture
def edited(tmp_path):
    """Return a function that runs one of the commands, and returns what it says and the file afterwards."""

    def editing(command):
        told = command("own", targets=TargetsFile(tmp_path / "targets.yaml"), output=tmp_path)
        return told, (tmp_path / "known.yaml").read_text(encoding="utf-8")

    return editing


@pytest.fixture
def known(tmp_path):
    """Read entries from a file with this text."""

    def reading(text):
        (tmp_path / "known.yaml").write_text(text, encoding="utf-8")
        return read_deviations(tmp_path / "known.yaml")

    return reading


def test_a_run_says_how_an_old_fingerprint_is_renewed(known):
    """An old fingerprint is read, excuses nothing, and gets one sentence with its place and the command."""
    entries = known(ENTRY.format(OLD))
    assert apply_deviations(FAILED, entries, today=TODAY) == FAILED
    verdict, reason = fold((PASSED, FAILED), stale_entries(entries, (PASSED, FAILED), today=TODAY))
    assert verdict == "not-conformant"
    assert f"known.yaml, line 2: the fingerprint {OLD} of OMN-ID-05 (link) was made by an older version" in reason
    assert "run `appointment-conformance deviations init` to renew it" in reason
    assert "in another way" not in reason


def test_an_old_fingerprint_beside_a_new_one_is_for_prune(known):
    """Where another entry excuses the failure, renewing would help nobody: the sentence names the other command."""
    entries = known(ENTRY.format(OLD) + ENTRY.format(NEW))
    (sentence,) = stale_entries(entries, (PASSED, apply_deviations(FAILED, entries, today=TODAY)), today=TODAY)
    assert "older version" in sentence
    assert "deviations prune" in sentence


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (replace(FAILED, verdict="passed", failure=None), "holds now"),
        (replace(FAILED, verdict="untested", failure=None), None),
        (replace(FAILED, verdict="untested", blocked=True), None),
        (replace(FAILED, id="OMN-ID-04"), "there is no requirement"),
        (replace(FAILED, level="SHOULD"), "older version"),
    ],
)
def test_what_an_old_fingerprint_is_told_otherwise(known, result, told):
    """What holds, was not judged or is unknown is told as of any entry."""
    sentences = stale_entries(known(ENTRY.format(OLD)), (PASSED, result), today=TODAY)
    assert [told in sentence for sentence in sentences] == [True] * (told is not None)


@pytest.mark.parametrize("text", ["3-0a1b-2c3d-4e5f", "1234", "2-0A1B-2C3D-4E5F", "2-0a1b-2c3d"])
def test_what_is_no_fingerprint_is_refused(known, text):
    """Any other form is a mistake in the file."""
    with pytest.raises(ConfigurationError, match="line 4: entry 1: `fingerprint` must"):
        known(ENTRY.format(text))


@pytest.mark.parametrize("level", ["MUST", "SHOULD"])
def test_init_renews_an_old_fingerprint(ran, edited, level):
    """The fingerprint alone changes: reason, ticket, owner, last day and comments stay to the letter."""
    ran(ENTRY.format(OLD), PASSED, replace(FAILED, level=level))
    told, text = edited(declare)
    assert "1 entry renewed." in told
    assert text == ENTRY.format(NEW)
    assert "nothing to declare" in edited(declare)[0]


def test_init_renews_and_adds(ran, edited):
    """A failure without any entry gets one as ever, in the same go."""
    ran(ENTRY.format(OLD), FAILED, replace(FAILED, id="OMN-ID-04"))
    told, text = edited(declare)
    assert "1 entry renewed, 1 entry added; fill in" in told
    assert text.startswith(ENTRY.format(NEW))
    assert "OMN-ID-04" in text


def test_of_several_old_entries_the_first_is_renewed(ran, edited):
    """A run shows one failure for each requirement and operation, so one entry is enough; prune drops the others."""
    ran(ENTRY.format(OLD) + ENTRY.format(OTHER_OLD), FAILED)
    assert "1 entry renewed." in edited(declare)[0]
    told, text = edited(prune)
    assert "1 entry dropped: OMN-ID-05 (link)." in told
    assert text == ENTRY.format(NEW)


def test_an_old_entry_of_another_operation_is_left_alone(ran, edited):
    """The failure of one operation says nothing of the other."""
    text = ENTRY.format(OLD).replace("link", "unlink")
    ran(text, FAILED, replace(FAILED, operation="unlink", verdict="untested", failure=None))
    assert edited(declare)[1].startswith(text)


def test_prune_keeps_what_init_can_renew(ran, edited):
    """An old entry whose requirement still fails keeps its reason until it is renewed; prune says what to do."""
    ran(ENTRY.format(OLD), FAILED)
    told, text = edited(prune)
    assert "0 entries dropped: none." in told
    assert "run `appointment-conformance deviations init` to renew it" in told
    assert text == ENTRY.format(OLD)


@pytest.mark.parametrize("fingerprint", [OLD, NEW])
def test_prune_drops_what_holds_and_keeps_what_is_blocked(ran, edited, fingerprint):
    """Old or new, an entry goes where its requirement holds, and stays where that was not judged."""
    empty = replace(FAILED.failure, fingerprint="")
    ran(ENTRY.format(fingerprint), replace(FAILED, verdict="untested", blocked=True, failure=empty))
    assert edited(prune)[1] == ENTRY.format(fingerprint)
    ran(ENTRY.format(fingerprint), replace(FAILED, verdict="passed", failure=None))
    assert "requirement" not in edited(prune)[1]


@pytest.mark.parametrize("command", [declare, prune])
def test_the_result_of_an_older_version_is_refused(ran, edited, command):
    """A result.json with old fingerprints would bring them back: the target has to be run again."""
    ran(ENTRY.format(NEW), replace(FAILED, failure=replace(FAILED.failure, fingerprint=OLD)))
    with pytest.raises(ConfigurationError, match="older version of the suite; run the target again"):
        edited(command)


ONE = Declared("OMN-ID-05", "link", OLD)
FLOW = "[{{requirement: OMN-ID-05, operation: link, fingerprint: {}}}]\n"


@pytest.mark.parametrize(
    "text", [ENTRY, ENTRY.replace("{}", "'{}'"), ENTRY.replace("{}", '"{}"'), FLOW, ENTRY.replace("\n", "\r\n")]
)
def test_any_way_of_writing_it_is_kept(text):
    """Quotes, line ends and lists in one line stay as they were written."""
    assert with_renewed(text.format(OLD), {ONE: NEW}, name="known.yaml") == text.format(NEW)


def test_what_cannot_be_replaced_in_its_line_is_refused():
    """A fingerprint written as a block of text is not touched: the file stays, with the remedy."""
    text = ENTRY.format(f">-\n    {OLD}").replace("   # of the March release", "")
    assert declared(text, name="known.yaml") == (ONE,)
    with pytest.raises(ConfigurationError, match=r"known\.yaml: write each fingerprint in one line"):
        with_renewed(text, {ONE: NEW}, name="known.yaml")


def test_an_entry_of_today_is_never_renewed():
    """A failure that changed is not renewed: its entry excuses what was agreed on, and nothing else."""
    standing = declared(ENTRY.format("2-1111-2222-3333"), name="known.yaml")
    assert renewals(standing, [Declared("OMN-ID-05", "link", NEW)]) == {}
