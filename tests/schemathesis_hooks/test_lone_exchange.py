"""What a requirement says of one exchange alone is what it says of the whole run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.engine.requirement import MUST
from appointment_conformance.engine.schemathesis_adapter import contract_engine
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.schemathesis_runs.lone_exchange import LoneJudge
from appointment_conformance.target_run import run

#: Variants whose answers differ most from those of the plain reference API.
VARIANTS = {
    "reference-omneo": (
        "list-targets-as-numbers",
        "links-with-ids-only",
        "errors-name-the-schema-too",
        "wrong-type-is-of-no-union",
        "undeclared-method-answers-404",
        "errors-as-problem-json",
        "empty-records-are-arrays",
    ),
    "reference-mijnklantportaal": (
        "appointment-before-credentials",
        "errors-as-problem-json",
        "text-in-dutch",
        "permission-before-appointment",
        "debug-members",
    ),
}


def judged_alone(name, **broken):
    """Return how many exchanges with the token each requirement had something to say of, and which it held as wrong."""
    witnesses, wrong = Counter(), set()
    with reference_target(name, **broken) as target:
        api = load_apis()[target.api]
        exchanges = run(target, rounds=0)[0].exchanges
        judge = LoneJudge(target, api, contract_engine(target, api, profile="gate", seed_=1), target.token.__eq__)
        for exchange in (as_a_client_shows(exchange, target) for exchange in exchanges if exchange.response):
            for probe in judge.probes_of(exchange.request):
                for requirement in api.catalogue:
                    evidence = judge.evidence(requirement, probe, exchange) if requirement.alone else None
                    if evidence and f"Bearer {target.token}" in dict(exchange.request.headers).values():
                        witnesses[requirement.id] += len(evidence.witnesses)
                    if evidence and evidence.deviations and requirement.level == MUST:
                        wrong.add(requirement.id)
    return witnesses, wrong


def as_a_client_shows(exchange, target):
    """Return an exchange with its token, and without what no ordinary client tells of the wire."""
    headers = tuple((name, value.replace("${TOKEN}", target.token)) for name, value in exchange.request.headers)
    response = replace(exchange.response, wire_length=None, stray=b"")
    return replace(exchange, request=replace(exchange.request, headers=headers), response=response)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_check_has_something_to_say(name):
    """Each requirement that one exchange decides has some with the token to judge, which every case carries."""
    witnesses, wrong = judged_alone(name)
    api = load_apis()[built_in()[name]]
    assert {found.id for found in api.catalogue if found.alone} == {id_ for id_, count in witnesses.items() if count}
    assert wrong == set()


@pytest.mark.parametrize(("name", "variant"), [(name, one) for name, found in VARIANTS.items() for one in found])
def test_a_conforming_variety_is_not_wrong(name, variant):
    """No requirement fails on one exchange of a conforming variety that passes as a whole."""
    assert judged_alone(name, variants=(variant,))[1] == set()


@pytest.mark.parametrize(
    ("name", "fault", "broken"),
    [
        ("reference-omneo", "errors-of-a-field-are-a-text", "OMN-ERR-01"),
        ("reference-omneo", "link-answers-without-id", "OMN-OK-02"),
        ("reference-mijnklantportaal", "cancel-message-is-an-object", "MKP-ERR-01"),
    ],
)
def test_a_fault_is_seen_in_one_exchange(name, fault, broken):
    """A requirement that the run finds broken is broken by one of its exchanges alone."""
    assert broken in judged_alone(name, faults=(fault,))[1]
