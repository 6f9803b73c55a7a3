"""What a run knows of Omneo's links travels with its probes, and no other API hears of it."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from own_targets import MKP, OMNEO, policy_of

import appointment_conformance
from appointment_conformance.api import load_apis
from appointment_conformance.apis.omneo.links import LinkFacts, LinkProbe, LinkState, facts_of, link_state
from appointment_conformance.engine.context import NoState, ScenarioContext
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult, Recording
from appointment_reports import Exchange, Request

PACKAGE = Path(appointment_conformance.__file__).parent
A, B = ("profile", "a"), ("list", "204")


def seen(number, probe):
    """Return an exchange of a probe."""
    request = Request("POST", "https://api.example.com/x")
    return ProbeResult(
        probe, Exchange(number, "scene", probe.name, "link", request, None, datetime(2026, 3, 1, tzinfo=UTC), 0.1)
    )


def test_the_state_knows_what_answers_have_shown():
    """Links that were shown, taken away and disturbed elsewhere are facts of the next probe, until all is forgotten."""
    state = LinkState()
    assert state.facts("1", A) == LinkFacts(A)
    state.shown("1", (A, B))
    state.taken_away("1", B)
    state.taken_away("2", A)
    assert state.facts("1", A) == LinkFacts(A, (A, B), frozenset({B}), frozenset({"unlink"}))
    assert (state.holds("1", A), state.holds("1", B), state.holds("3", A)) == (True, False, None)
    state.forget()
    assert state.facts("1", A) == LinkFacts(A)


def test_a_probe_of_anything_else_knows_nothing_of_links():
    """Reads and other operations have no facts of links; a link has those that it was sent with."""
    facts = LinkFacts(A, (B,))
    assert facts_of(seen(1, LinkProbe("link/x", "link", "valid", "POST", "/x", facts=facts))) == facts
    assert facts_of(seen(2, Probe("read/x", "link", "read", "GET", "/x"))) == LinkFacts()


@pytest.mark.parametrize("target", [OMNEO, MKP])
def test_a_stage_forgets_the_state_that_it_holds(target):
    """The context holds what the api's scenarios remember, and has it forgotten before a scenario plays again."""
    forgotten = []
    state = NoState()
    state.forget = lambda: forgotten.append(True)
    api = replace(load_apis()[target.api], new_state=lambda: state)
    client = Client(target, policy=policy_of(target), run_id="run", recording=Recording())
    context = ScenarioContext(target, api, client)
    context.begin_again()
    context.reset(attempt=1)
    client.close()
    assert len(forgotten) == 2


def test_a_stage_of_another_api_has_no_links():
    """Scenarios of links on a context that was made without their state are a mistake of the suite, told as one."""
    client = Client(OMNEO, policy=policy_of(OMNEO), run_id="run", recording=Recording())
    with pytest.raises(TypeError, match="LinkState"):
        link_state(ScenarioContext(OMNEO, replace(load_apis()["omneo"], new_state=NoState), client))
    client.close()


def test_evidence_is_withdrawn_where_something_applies():
    """What a condition on the probe picks is no evidence any more, and is returned; the rest stays."""
    recording = Recording()
    probes = [
        Probe(f"cancel/{number}", "cancel", "valid", "DELETE", "/x", appointment=str(number % 2)) for number in range(4)
    ]
    recording.add_evidence([seen(number, probe) for number, probe in enumerate(probes)])
    withdrawn = recording.withdraw_evidence_where(lambda probe: probe.appointment == "1")
    assert [one.number for one in withdrawn] == [1, 3]
    assert [one.number for one in recording.seen] == [0, 2]


@pytest.mark.parametrize("room", ["traffic", "engine", "http_rules"])
def test_the_core_does_not_know_links(room):
    """No module that every API shares imports Omneo's links, or names them."""
    for module in sorted((PACKAGE / room).glob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        names = {getattr(node, "id", getattr(node, "attr", getattr(node, "module", None))) for node in ast.walk(tree)}
        assert not {
            name for name in names if name and ("omneo.links" in name or name in {"Link", "LinkProbe", "LinkState"})
        }
    assert {field.name for field in fields(Probe)}.isdisjoint({"link", "before", "unlinked", "elsewhere"})
