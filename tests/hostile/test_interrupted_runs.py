"""A run that is interrupted judges what was played, leaves no record, and says first that it was interrupted."""

from __future__ import annotations

import signal
import sys

import pytest
from interrupted_runs import (
    ANSWERED,
    DEAF,
    FINISHING,
    GO_ON,
    INTERRUPTED_TWICE,
    JUDGING,
    REMOVING,
    REPORTING,
    SENDING,
    records,
    result_of,
    signalled_command,
    signalled_pytest,
)

from appointment_conformance.reference_apis import serve

if sys.platform == "win32":
    pytest.skip("signals are sent, which this system does not have", allow_module_level=True)

MKP, OMNEO = "mijnklantportaal", "omneo"
CONFORMING = {MKP: 40, OMNEO: 112}
#: What no operation of the api removes.
LASTING = {"list_definitions"}


def verdicts(result):
    """Return how many requirements came to which verdict."""
    found = [one["verdict"] for one in result["requirements"]]
    return {verdict: found.count(verdict) for verdict in set(found)}


def left_behind(reference, before):
    """Return the records of a run that still exist, except those that no operation can remove."""
    return {(kind, name) for kind, name in records(reference.state) - before if kind not in LASTING}


@pytest.mark.parametrize(
    ("run", "api", "turn"),
    [(signalled_command, MKP, 35), (signalled_command, OMNEO, 60), (signalled_pytest, MKP, 35)],
    ids=["command-mijnklantportaal", "command-omneo", "pytest"],
)
def test_what_was_played_is_judged(tmp_path, run, api, turn):
    """Requirements whose scenarios came to their end are judged, the others untested; nothing made stays."""
    with serve(api) as reference:
        before = records(reference.state)
        done = run(tmp_path, SENDING, turn, signal.SIGINT, own=reference)
        left = left_behind(reference, before)
    assert done.returncode == 130, done.stdout + done.stderr
    result = result_of(tmp_path, "own")
    assert (result["verdict"], left) == ("not-verified", set())
    assert result["reason"].startswith("the run was interrupted. ")
    counted = verdicts(result)
    assert set(counted) == {"passed", "untested"}
    assert sum(counted.values()) == CONFORMING[api]
    untested = [one["reason"] for one in result["requirements"] if one["verdict"] == "untested"]
    assert "the run was interrupted before this was played to its end." in untested
    assert "own is not-verified" in done.stdout


@pytest.mark.parametrize(
    ("run", "api", "fault", "turn"),
    [
        (signalled_pytest, MKP, "cancel-shows-status-cancelled", 35),
        (signalled_command, OMNEO, "link-answers-202", 120),
    ],
    ids=["pytest", "command"],
)
def test_what_failed_by_then_is_told_and_not_replayed(tmp_path, run, api, fault, turn):
    """A failure that came before the interrupt makes the target not conformant; it says that it was played once."""
    with serve(api, faults=[fault]) as reference:
        before = records(reference.state)
        done = run(tmp_path, SENDING, turn, signal.SIGTERM, own=reference)
        left = left_behind(reference, before)
    assert done.returncode == 130, done.stdout + done.stderr
    result = result_of(tmp_path, "own")
    assert (result["verdict"], left) == ("not-conformant", set())
    assert result["reason"].startswith("the run was interrupted. ")
    reasons = [one["reason"] for one in result["requirements"] if one["verdict"] == "failed" and one["gates"]]
    assert reasons
    assert all(reason.endswith("; not replayed: the run was interrupted") for reason in reasons)


@pytest.mark.parametrize(("api", "turn", "number"), [(MKP, 3, signal.SIGHUP), (OMNEO, 5, signal.SIGINT)])
def test_an_interrupt_while_fixtures_are_made_leaves_none(tmp_path, api, turn, number):
    """What was made before the signal is removed again, and every requirement is untested."""
    with serve(api) as reference:
        before = records(reference.state)
        done = signalled_command(tmp_path, SENDING, turn, number, then=GO_ON, own=reference)
        left = left_behind(reference, before)
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"], left) == (130, "not-verified", set())
    assert result["reason"].startswith("the run was interrupted. ")
    assert verdicts(result) == {"untested": CONFORMING[api]}


@pytest.mark.parametrize("api", [MKP, OMNEO])
def test_an_interrupted_preflight_accuses_nobody(tmp_path, api):
    """Before the preflight has accepted the API, no answer is evidence, not even a wrong one."""
    with serve(api, faults=["errors-as-html" if api == OMNEO else "cancel-errors-as-html"]) as reference:
        done = signalled_command(tmp_path, ANSWERED, 2, signal.SIGINT, own=reference)
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"]) == (130, "not-verified")
    assert verdicts(result) == {"untested": CONFORMING[api]}


@pytest.mark.parametrize("run", [signalled_command, signalled_pytest], ids=["command", "pytest"])
def test_an_interrupt_while_it_is_judged_keeps_every_verdict(tmp_path, run):
    """If all scenarios have run, the rest is still judged: a conforming target has passed everything."""
    with serve(MKP) as reference:
        before = records(reference.state)
        done = run(tmp_path, JUDGING, 20, signal.SIGINT, own=reference)
        left = left_behind(reference, before)
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"], left) == (130, "not-verified", set())
    assert result["reason"].startswith("the run was interrupted.")
    assert {one["verdict"] for one in result["requirements"] if one["level"] == "MUST"} <= {"passed", "untested"}
    assert verdicts(result)["passed"] > 30


@pytest.mark.parametrize(
    ("place", "turn", "verdict", "reason"),
    [(JUDGING, 20, "not-verified", "the run was interrupted."), (FINISHING, 1, "conformant", "")],
    ids=["a second one at once", "while the session ends"],
)
def test_an_interrupt_that_pytest_does_not_catch_is_told(tmp_path, place, turn, verdict, reason):
    """If one arrives while pytest handles another one, the reports are still written; once they are, they stay."""
    with serve(MKP) as reference:
        before = records(reference.state)
        done = signalled_pytest(tmp_path, place, turn, then=INTERRUPTED_TWICE, own=reference)
        left = left_behind(reference, before)
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"], left) == (130, verdict, set())
    assert result["reason"].startswith(reason)
    assert (verdicts(result)["passed"] > 30, "Traceback" in done.stderr) == (True, False)


@pytest.mark.parametrize("place", [REMOVING, REPORTING], ids=["removing", "reporting"])
def test_an_interrupt_at_the_end_changes_no_verdict(tmp_path, place):
    """What was judged already is written and what was made is removed, whenever the signal comes."""
    with serve(MKP) as reference:
        before = records(reference.state)
        done = signalled_command(tmp_path, place, 1, signal.SIGINT, then=GO_ON, own=reference)
        left = left_behind(reference, before)
    result = result_of(tmp_path, "own")
    assert (done.returncode, left) == (130, set())
    assert set(verdicts(result)) <= {"passed", "untested"}
    assert not [one for one in result["requirements"] if "interrupted" in one["reason"]]


@pytest.mark.parametrize(("api", "kept"), [(MKP, "appointment apt_"), (OMNEO, "list definition 7")])
def test_a_second_signal_tells_what_is_known(tmp_path, api, kept):
    """A run that two signals end says how many requests it has sent, and names every record that still exists."""
    with serve(api) as reference:
        before = records(reference.state)
        signals = (signal.SIGINT, signal.SIGTERM)
        done = signalled_command(tmp_path, SENDING, 30, *signals, more=DEAF, own=reference)
        made = records(reference.state) - before
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"], result["requests"]) == (130, "not-verified", 29)
    assert result["api"] == api
    assert result["reason"].startswith("the run was interrupted and ended at once. 29 requests were sent; ")
    assert kept in result["reason"]
    assert [name for _, name in made if name not in result["reason"]] == []
    assert f"cleanup {result['run_id']}" in result["reason"]
    assert result["reason"] in done.stdout


@pytest.mark.parametrize(("api", "number"), [(MKP, signal.SIGKILL), (OMNEO, signal.SIGABRT)])
def test_a_worker_that_dies_tells_what_is_known(tmp_path, api, number):
    """If something else ends the process of a target, its report also has the requests and the records that exist."""
    with serve(api) as reference:
        before = records(reference.state)
        then = f"os.kill(os.getpid(), {int(number)})"
        done = signalled_command(tmp_path, SENDING, 30, then=then, own=reference)
        made = records(reference.state) - before
    result = result_of(tmp_path, "own")
    assert (done.returncode, result["verdict"], result["requests"]) == (5, "error", 29)
    assert number.name in result["reason"]
    assert [name for _, name in made if name not in result["reason"]] == []


def test_a_worker_that_exits_tells_what_is_known(tmp_path):
    """So does a process that a library ends while requirements are judged; the report counts the verdicts."""
    with serve(MKP, faults=["cancel-shows-status-cancelled"]) as reference:
        done = signalled_command(tmp_path, JUDGING, 30, then="os._exit(77)", own=reference)
    reason = result_of(tmp_path, "own")["reason"]
    assert done.returncode == 5
    assert "ended with code 77" in reason
    assert "29 requirements judged before it ended" in reason
    assert "MKP-CANCEL-03 cancel" in reason


def test_a_target_that_had_finished_keeps_its_verdict(tmp_path):
    """Of two targets that run in sequence, the second is interrupted and says so; the first keeps its verdict."""
    more = "setattr(holder, name, signalled if 'late' in sys.argv else original)"
    with serve(MKP) as reference:
        done = signalled_command(tmp_path, SENDING, 35, signal.SIGINT, more=more, early=reference, late=reference)
    early, late = result_of(tmp_path, "early"), result_of(tmp_path, "late")
    assert done.returncode == 130
    assert "interrupted" not in early["reason"]
    assert verdicts(early)["passed"] > 30
    assert late["reason"].startswith("the run was interrupted. ")


def test_a_target_that_had_not_begun_says_so(tmp_path):
    """Nothing is sent to a target that was not started, and its report says that the run was interrupted."""
    more = "setattr(holder, name, signalled if 'early' in sys.argv else original)"
    with serve(MKP) as reference:
        done = signalled_command(tmp_path, SENDING, 20, signal.SIGINT, more=more, early=reference, late=reference)
    late = result_of(tmp_path, "late")
    assert (done.returncode, late["verdict"], late["requests"]) == (130, "not-verified", 0)
    assert late["reason"].startswith("the run was interrupted before its turn. Nothing was sent.")
