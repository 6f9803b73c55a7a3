"""Targets that share an address or fixtures are run one after the other, the rest side by side."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.pytest_plugin.chosen_targets import choose
from appointment_conformance.pytest_plugin.jobs import Job, group_by_use, resolve_jobs


def order(name, *uses):
    """Return an order that uses these things."""
    return Job(name, None, "gate", 1, None, uses=frozenset(uses))


def names(groups):
    """Return the groups by the names of their targets."""
    return [[one.target for one in group] for group in groups]


@pytest.mark.parametrize(
    ("jobs", "groups"),
    [
        ([order("a", "1"), order("b", "2")], [["a"], ["b"]]),
        ([order("a", "1"), order("b", "2"), order("c", "1")], [["b"], ["a", "c"]]),
        ([order("a", "1"), order("b", "2"), order("c", "1", "2")], [["a", "b", "c"]]),
        ([order("a"), order("b")], [["a"], ["b"]]),
    ],
    ids=["nothing", "some", "through a third", "built in"],
)
def test_what_shares_stands_together(jobs, groups):
    """Orders with something in common, if only through another one, are of one group, in their order."""
    assert names(group_by_use(jobs)) == groups


def entry(base_url, *appointments, api="mijnklantportaal"):
    """Return an entry of a targets file."""
    more = {"profiles": ["9b461544-f0db-44b6-8a11-0242ac120002", "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"]}
    fixtures = {"appointments": list(appointments), **(more if api == "omneo" else {})}
    return {"api": api, "base_url": base_url, "token": "Own/Token+1234567", "fixtures": fixtures}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (entry("https://a.example.com/v1", "apt_a1"), entry("https://b.example.com/v1", "apt_b1"), False),
        (entry("https://a.example.com/v1", "apt_a1"), entry("https://b.example.com/v1", "apt_b1", "apt_a1"), True),
        (entry("https://a.example.com/v1", "apt_a1"), entry("https://A.example.com:443/v2", "apt_b1"), True),
        (
            entry("https://a.example.com/api", 12, api="omneo"),
            entry("https://b.example.com/api", 12, api="omneo"),
            True,
        ),
    ],
    ids=["apart", "appointment", "address", "omneo"],
)
def test_an_address_or_an_appointment_is_shared(tmp_path, one, other, together):
    """One address is one system, and so is one appointment under two addresses."""
    path = tmp_path / "targets.yaml"
    path.write_text(json.dumps({"targets": {"one": one, "other": other}}))
    jobs = resolve_jobs(choose((), path), None, profile="gate", seed=1, output=tmp_path, faults={})
    assert (len(group_by_use(jobs)) == 1) is together
