"""Bodies that Schemathesis generates from the overlaid contract, sent to one fixture."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.links import link_named_in
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import NEGATIVE, POSITIVE
from appointment_conformance.traffic.probe import Probe

from .fixtures import starting_over
from .probes import ACTIONS, Action, at_fixture, post
from .scenarios import FixtureRoles, ensure, note

if TYPE_CHECKING:
    from appointment_conformance.engine.schemathesis_adapter import GeneratedBody

#: Bodies sent to each operation at most, by profile.
MOST = {"gate": 18, "thorough": 500}


def generated(context: ScenarioContext, action: Action) -> None:
    """Every generated body that no other scenario sends."""
    # Schemathesis is the slowest import of all: whoever gets no further than the preflight does without.
    from appointment_conformance.engine.schemathesis_adapter import contract_engine  # noqa: PLC0415

    roles = FixtureRoles(context)
    ensure(context, roles.appointment, roles.probed, linked=action == "unlink")
    engine = contract_engine(context.target, context.api, profile=context.profile, seed_=context.seed)
    for made in engine.generated_bodies(action)[: MOST[context.profile]]:
        if made.body not in context.sent_bodies(action):
            note(context, context.send(_probe(context, action, roles.appointment, made)))


def _probe(context: ScenarioContext, action: Action, appointment: str, made: GeneratedBody) -> Probe:
    probe = post(context, action, appointment, made.body, name=f"generated/{made.name}", kind="generated")
    case = POSITIVE if made.mode == "positive" else NEGATIVE
    known = replace(probe, case=case, wrong_fields=made.wrong_fields, open_fields=made.open_fields)
    link = link_named_in(made.body) if made.mode == "positive" else None
    return at_fixture(context, known, appointment, link)


SCENARIOS = tuple(
    Scenario(
        f"generated {action}",
        {action: MOST["gate"], other: 1},
        starting_over(partial(generated, action=action)),
        explored={action: MOST["thorough"] - MOST["gate"]},
    )
    for action, other in zip(ACTIONS, reversed(ACTIONS), strict=True)
)
