"""What crosses the border of an account: judged where a target declares it, and never asked where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

APIS = ("omneo", "mijnklantportaal")
PREFIX = {"omneo": "OMN", "mijnklantportaal": "MKP"}
SECOND = {"omneo": "OMN-AUTH-10", "mijnklantportaal": "MKP-AUTH-11"}
EXPIRED = {"omneo": "OMN-AUTH-09", "mijnklantportaal": "MKP-AUTH-10"}


def judged(api, *, faults=(), variants=(), **changes):
    """Run the reference API with `changes` of the target; return the result, the results by id, and the exchanges."""
    with reference_target(f"reference-{api}", faults=faults, variants=variants) as target:
        foreign = changes.pop("foreign", target.fixtures.foreign_appointments)
        fixtures = replace(target.fixtures, foreign_appointments=foreign)
        result, exchanges = run(replace(target, fixtures=fixtures, **changes))
    of = {}
    for one in result.requirements:
        of.setdefault(one.id, []).append(one)
    return result, of, exchanges


@pytest.mark.parametrize("api", APIS)
def test_without_the_keys_nothing_is_sent_and_nothing_is_open(api):
    """A target without the optional keys costs no request more, is conformant, and is told which keys to add."""
    result, of, exchanges = judged(api, foreign=(), expired_token=None, second_token=None)
    names = {f"{PREFIX[api]}-OWN-01", f"{PREFIX[api]}-OWN-02", SECOND[api], EXPIRED[api]}
    assert result.verdict == "conformant"
    assert {one.id for one in result.requirements if one.verdict != "passed"} == names
    lacking = [one for name in names for one in of[name]]
    assert all((one.verdict, one.applicable, one.remedy == one.reason) == ("untested", False, True) for one in lacking)
    keys = {
        key for one in lacking for key in ("foreign_appointments", "expired_token", "second_token") if key in one.remedy
    }
    assert len(keys) == 3
    assert not any(one.scenario == "accounts" for one in exchanges)


@pytest.mark.parametrize(("api", "most"), [("omneo", 9), ("mijnklantportaal", 5)])
def test_the_keys_cost_what_is_said(api, most):
    """With every key each requirement passes, at a few requests more and no further appointment of one's own."""
    result, _, _ = judged(api)
    bare, _, _ = judged(api, foreign=(), expired_token=None, second_token=None)
    assert {one.verdict for one in result.requirements} == {"passed"}
    assert 0 < result.requests - bare.requests <= most
    assert result.appointments_consumed == bare.appointments_consumed


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("key", "name"), [("second_token", SECOND), ("forbidden_token", None)])
def test_a_token_that_nobody_was_given_accuses_nobody(api, key, name):
    """A token that is answered 401 everywhere is not valid: its requirement is untested and says so."""
    result, of, _ = judged(api, **{key: "nobody-was-given-this"})
    told = of[name[api] if name else f"{PREFIX[api]}-AUTH-05"]
    assert {one.verdict for one in told} == {"untested"}
    assert all(one.remedy == f"{key} is answered as an unknown token is; give a valid one." for one in told)
    assert (result.verdict, "failed" in {one.verdict for one in result.requirements}) == ("not-verified", False)


@pytest.mark.parametrize(
    ("api", "fault", "name"),
    [
        ("omneo", "forbidden-answers-401", "OMN-AUTH-05"),
        ("omneo", "link-token-with-an-end-unknown", "OMN-AUTH-10"),
        ("mijnklantportaal", "cancel-token-with-an-end-unknown", "MKP-AUTH-11"),
    ],
)
def test_a_valid_token_that_is_refused_as_unknown_is_told(api, fault, name):
    """A token that may read is valid: where the operation answers it 401, that is a failure."""
    _, of, exchanges = judged(api, faults=[fault])
    assert "failed" in {one.verdict for one in of[name]}
    assert any("/forbidden" in one.probe or "/second" in one.probe for one in exchanges if one.request.method == "GET")


def test_no_unlink_follows_a_link_that_was_let_through():
    """Once a link of another account's appointment was accepted, that record is left alone."""
    _, of, exchanges = judged("omneo", faults=["link-foreign-served"])
    assert [one.verdict for one in of["OMN-OWN-01"]] == ["failed", "untested"]
    sent = [one.probe for one in exchanges if "foreign" in one.probe and one.request.method == "POST"]
    assert set(sent) == {"link/foreign"}


@pytest.mark.parametrize("api", APIS)
def test_what_no_read_shows_is_not_judged(api):
    """Where another account's appointment is hidden from reads, nobody can tell that it stays, and nothing is open."""
    result, of, exchanges = judged(api, variants=["foreign-is-hidden"])
    hidden = of[f"{PREFIX[api]}-OWN-02"]
    assert result.verdict == "conformant"
    assert {(one.verdict, one.applicable) for one in hidden} == {("untested", False)}
    assert all("no read shows" in one.reason and not one.remedy for one in hidden)
    assert sum("foreign" in one.probe and one.request.method == "GET" for one in exchanges) == 1


def test_a_foreign_appointment_that_is_canceled_already_proves_nothing():
    """What was canceled before cannot show that a refused cancel leaves it: another one is asked for."""
    with reference_target("reference-mijnklantportaal", faults=["cancel-foreign-refused-and-served"]) as target:
        used = replace(
            target, fixtures=replace(target.fixtures, foreign_appointments=target.fixtures.foreign_appointments[:1])
        )
        run(used)
        result, _ = run(replace(used, fixtures=replace(used.fixtures, appointments=used.fixtures.appointments[5:])))
    (told,) = [one for one in result.requirements if one.id == "MKP-OWN-02"]
    assert (told.verdict, "canceled already" in told.reason) == ("untested", True)


def test_each_play_reaches_for_another_foreign_appointment():
    """A failure is played again on the next appointment that is declared, so that it can be seen again."""
    _, of, exchanges = judged("mijnklantportaal", faults=["cancel-foreign-refused-and-served"])
    (told,) = of["MKP-OWN-02"]
    reached = [one.request.url for one in exchanges if one.probe == "cancel/foreign"]
    assert (told.verdict, len({*reached})) == ("failed", 2)
    assert "reproduced 2 of 2" in told.reason
