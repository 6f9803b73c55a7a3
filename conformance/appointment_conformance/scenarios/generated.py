"""Bodies that Schemathesis generates from the overlaid contract, sent to one fixture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from appointment_conformance.contract_engine import MOST, GeneratedBody, contract_engine
from appointment_conformance.traffic.probe import Probe

from .omneo import Cast, ensure, note
from .omneo_probes import ACTIONS, Action, action_path
from .scenario import Scenario
from .stage import JSON_BODY, Stage

if TYPE_CHECKING:
    from appointment_conformance.contract_engine import GeneratedBody


def generated(stage: Stage, action: Action) -> None:
    """Every generated body that no other scenario sends."""
    # Schemathesis is the slowest import of all: whoever sends nothing generated does without.

    cast = Cast(stage)
    ensure(stage, cast.appointment, cast.probed, linked=action == "unlink")
    engine = contract_engine(stage.target, profile=stage.profile, seed_=stage.seed)
    for made in engine.generated_bodies(action):
        if made.body not in stage.sent_bodies(action):
            note(stage, stage.send(_probe(stage, action, cast.appointment, made)))


def _probe(stage: Stage, action: Action, appointment: str, made: GeneratedBody) -> Probe:
    return Probe(
        name=f"{action}/generated/{made.name}",
        operation=action,
        kind="generated",
        method="POST",
        path=action_path(appointment, action),
        headers=(*JSON_BODY, *stage.authorized),
        body=made.body,
        of=made.mode,
        wrong_fields=made.wrong_fields,
        open_fields=made.open_fields,
        appointment=appointment,
        link=made.link,
        before=stage.links.before(appointment),
        unlinked=stage.links.unlinked(appointment),
        elsewhere=stage.links.elsewhere(appointment),
    )


SCENARIOS = tuple(
    Scenario(
        f"generated {action}",
        {action: MOST["gate"], other: 1},
        partial(generated, action=action),
        explored={action: MOST["thorough"] - MOST["gate"]},
    )
    for action, other in zip(ACTIONS, reversed(ACTIONS), strict=True)
)
