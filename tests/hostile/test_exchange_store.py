"""Many exchanges are stored on disk and not in memory, and are read back unchanged."""

from __future__ import annotations

import errno
import gc
import os
import tempfile
import tracemalloc
from datetime import UTC, datetime

import pytest
from hostile_targets import TARGET

from appointment_conformance.api import load_apis
from appointment_conformance.engine.evaluation import evaluate
from appointment_conformance.engine.evidence import Evidence
from appointment_conformance.traffic import exchange_store
from appointment_conformance.traffic.case import AGAIN
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording
from appointment_reports import Exchange, Request, Response, write_har
from appointment_specs.mijnklantportaal import CONTRACT

MANY = 4000
WHEN = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)


def made(number, body=b"{}"):
    """Return an exchange of an ordinary size."""
    headers = (("Date", f"day {number}"), ("Content-Type", "application/json"), ("X-Request-Id", f"{number:032x}"))
    request = Request(
        "DELETE", f"https://api.example.com/v1/appointments/apt_{number}", (("Accept", "application/json"),)
    )
    return Exchange(number, "life cycle", "again", "cancel", request, Response(409, headers, body), WHEN, 0.01)


def test_exchanges_come_back_as_they_were():
    """An exchange is fetched by its index, from either end, in slices and in order, in memory or on disk."""
    kept = exchange_store.ExchangeStore()
    many = [made(number, os.urandom(200_000)) for number in range(60)]
    assert [kept.append(one) for one in many] == list(range(60))
    assert list(kept) == many
    assert (kept[-1], kept[3:5], len(kept)) == (many[-1], many[3:5], 60)
    with pytest.raises(IndexError):
        kept[60]


def test_no_file_is_left(tmp_path, monkeypatch):
    """The file of a store has no name while it exists, and its space is free when the store is closed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = exchange_store.ExchangeStore()
    for number in range(60):
        kept.append(made(number, os.urandom(200_000)))
    assert kept._file._rolled
    assert list(tmp_path.iterdir()) == []
    inner = kept._file
    del kept
    gc.collect()
    assert inner.closed


def test_a_full_disk_is_told(monkeypatch):
    """Where the disk is full, keeping an exchange raises the error, and what was kept before is still there."""
    kept = exchange_store.ExchangeStore()
    kept.append(made(1))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept._file, "write", full)
    with pytest.raises(OSError, match="No space"):
        kept.append(made(2))
    assert list(kept) == [made(1)]


def test_memory_stays_flat(tmp_path):
    """Thousands of exchanges, 64 MB in all, are kept, judged and written with a third of that in use at any time."""
    probe = Probe("again", "cancel", "valid", "DELETE", "/appointments/apt_1", case=AGAIN)
    requirement = next(one for one in load_apis()["mijnklantportaal"].catalogue if one.id == "MKP-CANCEL-08")
    tracemalloc.start()
    recording = Recording()
    for number in range(MANY):
        recording.add_evidence([recording.add_exchange(probe, made(number, b"x" * 16_000))])
    evidence = Evidence(TARGET, "cancel", recording.seen, contract=CONTRACT, contract_check=lambda *_: None)
    assert evaluate(requirement, evidence, unfinished={}).witnesses == MANY
    write_har(recording.exchanges, tmp_path / "exchanges.har")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MANY * 16_000 / 3, peak
