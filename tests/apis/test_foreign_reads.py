"""A read of a record of another account is evidence only if its answer is complete."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from own_targets import MKP

from appointment_conformance.api import Moment, NotApplicable, Probe, ProbeResult, load_apis
from appointment_conformance.engine.evidence import Evidence
from appointment_conformance.http_rules.accounts import foreign_reads
from appointment_reports import Exchange, Request, Response

TARGET = replace(MKP, fixtures=replace(MKP.fixtures, foreign_appointments=("apt_other1",)))
WHEN = datetime(2031, 3, 5, tzinfo=UTC)


def read_at(number, moment, *, truncated=False):
    """Return a read that was answered 200 at a moment, complete or cut off."""
    probe = Probe("read", "cancel", "read", "GET", "/appointments/apt_other1", moment=moment)
    response = Response(200, body=b'{"status":"can', truncated=truncated)
    request = Request("GET", "http://127.0.0.1/v1/appointments/apt_other1")
    return ProbeResult(probe, Exchange(number, "scene", "read", "cancel", request, response, WHEN, 0.1, None))


def reads(*seen):
    """Return what the shared rule takes from these reads."""
    contract = load_apis()["mijnklantportaal"].contract
    evidence = Evidence(TARGET, "cancel", seen, contract=contract, contract_check=lambda *_: None)
    return foreign_reads(evidence, Moment.FOREIGN_BEFORE, Moment.FOREIGN_AFTER)


def test_complete_reads_are_evidence():
    """The last read of each moment is returned."""
    before, after = read_at(1, Moment.FOREIGN_BEFORE), read_at(2, Moment.FOREIGN_AFTER)
    assert reads(before, after) == (before, after)


def test_a_read_that_was_cut_off_is_no_evidence():
    """Where the only later read is cut off, the requirement does not apply."""
    with pytest.raises(NotApplicable):
        reads(read_at(1, Moment.FOREIGN_BEFORE), read_at(2, Moment.FOREIGN_AFTER, truncated=True))
