"""The entry that declares a failure is ready to be copied."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import yaml
from sample_runs import MIXED, requirement, run

from appointment_reports import deviation_entry, junit, page


def test_it_is_yaml_with_every_key():
    """The text is a YAML list of one entry that ends in ninety days, with empty places for its owner to fill in."""
    (entry,) = yaml.safe_load(deviation_entry("OMN-ID-05", "link", "2-0000-0000-0000", today=date(2026, 3, 1)))
    assert entry == {
        "requirement": "OMN-ID-05",
        "operation": "link",
        "fingerprint": "2-0000-0000-0000",
        "reason": "",
        "ticket": "",
        "owner": "",
        "expires": date(2026, 5, 30),
    }


def test_each_failure_shows_its_entry():
    """JUnit and the page show the entry of a failure, and of nothing that fails nothing."""
    bodies = {case.get("name")[:9]: "".join(case.itertext()) for case in ET.fromstring(junit(MIXED)).iter("testcase")}  # noqa: S314 - our own
    assert [name for name, body in bodies.items() if "fingerprint: 2-0a1b-2c3d-4e5f" in body] == ["OMN-ID-02"]
    assert page(MIXED).count("fingerprint: 2-0a1b-2c3d-4e5f") == 1


def test_a_declared_failure_shows_none():
    """A declared failure gets no entry."""
    declared = requirement(1, "failed")
    shown = run(declared), run(requirement(1, "deviation", failure=declared.failure, reason="known since May"))
    assert ["To declare it" in junit(one).decode() for one in shown] == [True, False]
