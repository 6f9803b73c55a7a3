"""A list of MijnKlantportaal appointments of which some are used up accuses nobody, and none is spent in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from impostor_server import impostor, passed_on
from used_appointments import cancel_all

from appointment_conformance.apis.mijnklantportaal import fixtures as mijnklantportaal_fixtures
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

MKP = "reference-mijnklantportaal"
USED_FIRST = [True] * 7 + [False] * 5
SERVING = [[], ["canceled-not-read"]]
NOT_SERVING = [["no-reads"], ["reads-not-allowed"]]


def run_with(used, variants=(), **changes):
    """Run with as many appointments as `used` has places, those canceled before where it says so."""
    with reference_target(MKP, variants=variants, **changes) as target:
        appointments = target.fixtures.appointments[: len(used)]
        cancel_all(target, *(one for one, is_used in zip(appointments, used, strict=True) if is_used))
        result, exchanges = run(replace(target, fixtures=replace(target.fixtures, appointments=appointments)))
    return result, exchanges, [one for one, is_used in zip(appointments, used, strict=True) if is_used]


def failed(result):
    """Return the ids of what failed."""
    return [one.id for one in result.requirements if one.verdict == "failed"]


@pytest.mark.parametrize("variants", SERVING + NOT_SERVING, ids=str)
@pytest.mark.parametrize(
    "used", [USED_FIRST, [True, False, False], [True, True, False, False, True]], ids=["seven", "first", "two"]
)
def test_those_in_front_are_passed_by(used, variants):
    """However many are used up in front, the next ones serve, and those that were passed by are named."""
    result, _, passed_by = run_with(used, variants)
    assert result.verdict == "conformant"
    assert result.reason.startswith("Passed by: ")
    assert all(f"{one} (" in result.reason for one in passed_by[: used.index(False)])


@pytest.mark.parametrize("used", [[False, True, False, False], [False, True, True, False]], ids=["one", "two"])
@pytest.mark.parametrize("variants", SERVING, ids=str)
def test_those_in_the_middle_are_passed_by(used, variants):
    """A used one between scheduled ones is used for nothing, and named."""
    result, _, passed_by = run_with(used, variants)
    assert result.verdict == "conformant"
    assert all(f"{one} (" in result.reason for one in passed_by)


@pytest.mark.parametrize("used", [[False, True, True], [False, True, False, False], [True] * 4, [False, True]], ids=str)
@pytest.mark.parametrize("variants", NOT_SERVING, ids=str)
def test_without_reads_nobody_is_accused(used, variants):
    """Where no read tells what is used up, what cannot be known is untested, and the reason names the list."""
    result, _, _ = run_with(used, variants)
    assert (result.verdict, failed(result)) == ("not-verified", [])
    opened = [one.reason for one in result.requirements if one.verdict == "untested" and one.applicable]
    assert opened
    assert all("fixtures.appointments" in reason for reason in opened)


@pytest.mark.parametrize("used", [[False, True, True], [False], [True, False]], ids=str)
@pytest.mark.parametrize("variants", SERVING, ids=str)
def test_one_alone_is_not_spent(used, variants):
    """Below two scheduled ones nothing is canceled, not even a pending one, and the reason says how many to add."""
    result, exchanges, _ = run_with(used, variants)
    assert (result.verdict, failed(result), result.appointments_consumed) == ("not-verified", [], 0)
    assert not any(one.request.method == "DELETE" and one.response.status == 200 for one in exchanges)
    assert "a run needs 2 scheduled appointments, there is 1; add one to fixtures.appointments." in result.reason


def test_none_at_all_says_how_many_to_add():
    """Where every one is used up, the number to add is two."""
    result, _, _ = run_with([True, True, True])
    assert (result.verdict, failed(result)) == ("not-verified", [])
    assert "every appointment of the target is used up; add 2 to fixtures.appointments." in result.reason


@pytest.mark.parametrize("variants", [*SERVING, ["reads-lag"]], ids=str)
def test_the_same_file_serves_until_it_is_used_up(variants):
    """Runs with one file are conformant one after the other, and then not verified; never anything else."""
    with reference_target(MKP, variants=variants) as target:
        few = replace(target, fixtures=replace(target.fixtures, appointments=target.fixtures.appointments[:5]))
        verdicts = [run(few)[0].verdict for _ in range(5)]
    assert verdicts == ["conformant", "conformant", "not-verified", "not-verified", "not-verified"]


def test_a_pending_one_is_passed_by():
    """An appointment that waits for its confirmation is none that is scheduled."""
    with reference_target(MKP) as target:
        pending, *others = (*target.fixtures.pending_appointments[:1], *target.fixtures.appointments)
        mixed = replace(target.fixtures, appointments=(pending, *others), pending_appointments=())
        result, exchanges = run(replace(target, fixtures=mixed))
    assert (result.verdict, result.reason) == ("conformant", f"Passed by: {pending} (pending).")
    assert not any(pending in one.request.url and one.request.method != "GET" for one in exchanges)


@pytest.mark.parametrize("variants", [[], ["no-reads"]], ids=str)
def test_one_that_is_not_there_is_passed_by(variants):
    """An id that the target does not know is passed by and named."""
    with reference_target(MKP, variants=variants) as target:
        some = replace(target.fixtures, appointments=("apt_gone1", *target.fixtures.appointments))
        result, _ = run(replace(target, fixtures=some))
    assert result.verdict == "conformant"
    assert "apt_gone1 (" in result.reason


def test_a_long_list_of_used_ones_has_a_bound(monkeypatch):
    """So many are passed by and no more; the reason says how many that is."""
    monkeypatch.setattr(mijnklantportaal_fixtures, "MOST_PASSED_BY", 5)
    result, _, used = run_with(USED_FIRST)
    assert (result.verdict, failed(result)) == ("not-verified", [])
    assert "a run passes by 5 appointments at most" in result.reason
    assert [one for one in used if f"{one} (canceled)" in result.reason] == used[:5]


def test_reads_that_always_say_canceled_accuse_nobody():
    """What is shown as canceled before anything was sent is used for nothing, and nobody is accused of it."""

    def answer(asked):
        status, headers, content = passed_on(asked, target.base_url)
        return status, headers, content.replace(b'"scheduled"', b'"canceled"')

    with reference_target(MKP) as target, impostor(answer) as server:
        result, exchanges = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    assert (result.verdict, failed(result), result.appointments_consumed) == ("not-verified", [], 0)
    assert len(exchanges) < 30


@pytest.mark.parametrize(
    ("fault", "identifiers"),
    [
        ("scheduled-cancel-answers-409", ["MKP-CANCEL-01", "MKP-RACE-01"]),
        ("cancel-works-and-answers-409", ["MKP-CANCEL-01", "MKP-RACE-01"]),
        ("cancel-does-nothing-unread", ["MKP-CANCEL-08", "MKP-RACE-01"]),
    ],
)
def test_a_conflict_on_what_a_read_showed_as_scheduled_is_a_failure(fault, identifiers):
    """A cancel that does not do its work is told as that, and nothing else is blamed."""
    result, _, _ = run_with([False] * 12, faults=[fault])
    assert failed(result) == identifiers


@pytest.mark.parametrize("used", [[False], [True], [True, False]], ids=str)
@pytest.mark.parametrize("variants", NOT_SERVING, ids=str)
def test_where_nothing_can_be_cancelled_the_reason_says_so(used, variants):
    """Too few to cancel any leaves requirements untested, and consumes nothing."""
    result, _, _ = run_with(used, variants)
    assert (result.verdict, failed(result), result.appointments_consumed) == ("not-verified", [], 0)
    assert "add one to fixtures.appointments" in result.reason


def test_without_reads_a_pair_that_finds_nothing_is_no_race():
    """An appointment that is not there, met by a race where no read told, is passed by."""
    with reference_target(MKP, variants=["no-reads"]) as target:
        appointments = (*target.fixtures.appointments[:2], "apt_gone00000001", *target.fixtures.appointments[2:5])
        result, _ = run(replace(target, fixtures=replace(target.fixtures, appointments=appointments)))
    assert failed(result) == []
    assert "apt_gone00000001 (404 to its first cancel)" in result.reason
