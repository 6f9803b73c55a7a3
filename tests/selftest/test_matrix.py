"""The kill matrix: what counts as caught, as missed, as a false accusation, and as unproven."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.reference import Fault
from appointment_conformance.reference_apis import all_faults, reference_apis
from appointment_conformance.reference_targets import target_of
from appointment_conformance.selftest.matrix import Matrix, Row, fault_runs
from appointment_conformance.selftest.matrix_page import markdown, table
from appointment_conformance.selftest.mutation_run import MutationResult, MutationRun, execute
from appointment_conformance.selftest.selftest import Proof, cut_limits, variant_runs

FAULTS = {fault.name: fault for fault in all_faults()}
VARIANTS = {name for reference in reference_apis().values() for name in reference.variants}
FAULT = Fault(
    name="answers-teapot",
    api="omneo",
    breaks=("OMN-OK-01",),
    description="Every answer is a teapot.",
    entails=("OMN-OK-02",),
)


def result_of(*failed, verdict="not-conformant", requests=10):
    """Return the result of a mutation run in which the requirements `failed` failed."""
    return MutationResult(
        run=MutationRun("fault", FAULT.name, "reference-omneo"),
        verdict=verdict,
        reason="",
        failed=tuple((name, "link") for name in failed),
        requests=requests,
        appointments=0,
        seconds=0.1,
    )


def proof_of(*, matrix, cut=None, baseline=(), variants=()):
    """Return a proof over one matrix."""
    return Proof(baseline, matrix, cut or matrix, variants, 1.0)


class TestRow:
    """One fault and the requirements that failed."""

    def test_caught_by_the_requirement_it_names(self):
        """A fault is caught if the requirement that it names first fails; entailed failures are not accusations."""
        row = Row(FAULT, result_of("OMN-OK-01", "OMN-OK-02"))

        assert (row.caught, row.missed, row.accused) == (True, (), ())

    def test_survives_when_only_others_are_red(self):
        """A fault with which only another requirement fails has survived, and the other one is an accusation."""
        row = Row(FAULT, result_of("OMN-AUTH-01"))

        assert (row.caught, row.missed, row.accused) == (False, ("OMN-OK-01",), ("OMN-AUTH-01",))


class TestMatrix:
    """Every fault together."""

    def test_a_requirement_without_a_caught_fault_is_unproven(self):
        """Only requirements with a caught fault are proven; all the others are named."""
        matrix = Matrix((Row(FAULT, result_of("OMN-OK-01")),))

        assert "OMN-OK-01" not in matrix.unproven
        assert "OMN-LINK-01" in matrix.unproven

    def test_csv_marks_named_entailed_and_unrelated(self):
        """The table marks each failed requirement as named, entailed or unrelated."""
        matrix = Matrix((Row(FAULT, result_of("OMN-OK-01", "OMN-OK-02", "OMN-AUTH-01")),))
        head, row = (line.split(",") for line in table(proof_of(matrix=matrix)).splitlines())

        marks = dict(zip(head, row, strict=True))

        assert (marks["OMN-OK-01"], marks["OMN-OK-02"], marks["OMN-AUTH-01"]) == ("x", "o", "!")

    def test_page_is_the_same_for_the_same_proof(self):
        """The page holds no time, so that the same proof gives the same page."""
        matrix = Matrix((Row(FAULT, result_of("OMN-OK-01")),))

        slow = replace(proof_of(matrix=matrix), seconds=99.0)

        assert markdown(proof_of(matrix=matrix)) == markdown(slow)


class TestObjections:
    """What keeps the suite from being proven."""

    @pytest.mark.parametrize(
        ("failed", "words"),
        [((), "not caught by OMN-OK-01"), (("OMN-OK-01", "OMN-AUTH-01"), "makes the unrelated OMN-AUTH-01 fail")],
        ids=["survivor", "accusation"],
    )
    def test_names_survivors_and_accusations(self, failed, words):
        """A surviving fault and a false accusation are each named in a sentence."""
        proof = proof_of(matrix=Matrix((Row(FAULT, result_of(*failed)),)))

        assert any(words in objection for objection in proof.objections)

    def test_names_conformant_servers_that_were_accused(self):
        """A conformant variant that was not found conformant is an objection."""
        accused = replace(result_of("OMN-OK-01"), run=MutationRun("variant", "slow", "reference-omneo"))
        proof = proof_of(matrix=Matrix((Row(FAULT, result_of("OMN-OK-01")),)), variants=(accused,))

        assert any("`slow`" in objection for objection in proof.objections)

    def test_names_a_run_that_costs_too_much(self):
        """A run of the baseline that sends more requests than promised is an objection."""
        dear = result_of(verdict="conformant", requests=load_apis()["omneo"].selftest.requests + 1)
        proof = proof_of(matrix=Matrix((Row(FAULT, result_of("OMN-OK-01")),)), baseline=(dear,))

        assert any("too many" in objection for objection in proof.objections)

    def test_names_cut_runs_that_catch_too_little(self):
        """Cut runs that catch less than the promised share are an objection."""
        proof = proof_of(matrix=Matrix((Row(FAULT, result_of("OMN-OK-01")),)), cut=Matrix((Row(FAULT, result_of()),)))

        assert any("runs cut at" in objection for objection in proof.objections)


class TestTheReferenceApi:
    """What the faults and variants of the reference API promise by themselves; the self-test proves them."""

    def test_every_requirement_has_a_fault(self):
        """Each requirement of both vendors is broken by at least one fault."""
        names = {one.id for api in ("omneo", "mijnklantportaal") for one in load_apis()[api].catalogue}

        assert names == load_apis().proven_for("omneo")

    def test_there_are_enough_faults_and_variants(self):
        """There are at least a hundred faults and twenty-five variants."""
        assert len(FAULTS) >= 100
        assert len(VARIANTS) >= 25

    def test_faults_name_requirements_that_exist(self):
        """What a fault breaks or entails is a requirement of its own vendor."""
        known = {api: {one.id for one in load_apis()[api].catalogue} for api in ("omneo", "mijnklantportaal")}

        strangers = [one.name for one in FAULTS.values() if not {*one.breaks, *one.entails} <= known[one.api]]

        assert not strangers

    def test_runs_cover_every_fault_and_variant(self):
        """There is one run a fault, cut where asked for, and each variant is tried in gate and with every seed."""
        faults, variants = fault_runs(limits=cut_limits()), variant_runs(2)

        assert set(FAULTS) == {run.name for run in faults}
        assert {*cut_limits().values()} == {run.max_requests for run in faults}
        assert {run.name for run in variants} == VARIANTS
        assert {("gate", 1), ("thorough", 1), ("thorough", 2)} == {(run.profile, run.seed) for run in variants}


class TestMutationRun:
    """A run against the reference API with something switched on."""

    @pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
    def test_reference_is_conformant_within_its_cost(self, api):
        """The reference API without faults is conformant, within the promised requests and appointments."""
        result = execute(MutationRun("variant", "", target_of(api)))

        assert (result.verdict, result.failed) == ("conformant", ())
        assert result.requests <= load_apis()[api].selftest.requests

    @pytest.mark.parametrize(
        "name", ["link-does-nothing", "unlink-removes-all", "accepts-hexadecimal", "cancels-at-once-both-answer-200"]
    )
    def test_fault_is_caught(self, name):
        """With a fault, the requirement that it breaks fails, and no unrelated one."""
        fault = FAULTS[name]

        row = Row(fault, execute(MutationRun("fault", name, target_of(fault.api))))

        assert (row.caught, row.accused) == (True, ())

    def test_same_seed_same_requests(self):
        """Two runs of the thorough profile with one seed send the same number of requests and end alike."""
        run = MutationRun("variant", "", target_of("omneo"), profile="thorough", seed=3)

        first, second = execute(run), execute(run)

        assert (first.requests, first.verdict) == (second.requests, second.verdict) == (second.requests, "conformant")


class TestQuestionnaire:
    """The open questions."""

    @pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
    def test_questions_are_questions_with_ids_of_their_own(self, api):
        """Every open question ends with a question mark and has an id that no other has."""
        questions = load_apis()[api].questions

        assert questions
        assert all(one.question.endswith("?") for one in questions)
        assert len({one.id for one in questions}) == len(questions)
