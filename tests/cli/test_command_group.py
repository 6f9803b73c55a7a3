"""Whatever ends a command, its exit code is no verdict by accident."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from appointment_conformance.cli.command_group import CommandGroup


def fail_in_place_of_an_interrupt():
    """Do what `threading.Condition` can do when an interrupt comes while it takes its lock back."""
    try:
        raise KeyboardInterrupt
    finally:
        raise RuntimeError("release unlocked lock")


def fail():
    """Do what a defect does."""
    raise RuntimeError("a defect")


@pytest.mark.parametrize(("defect", "code"), [(fail_in_place_of_an_interrupt, 130), (fail, 5)])
def test_an_error_in_place_of_an_interrupt_gives_130(monkeypatch, defect, code):
    """An interrupt gives 130 also where another error has taken its place; any other error gives 5."""
    monkeypatch.setattr("appointment_conformance.signals.interrupt_on_signals", lambda: None)
    group = CommandGroup()
    group.command("fail")(defect)
    assert CliRunner().invoke(group, ["fail"]).exit_code == code
