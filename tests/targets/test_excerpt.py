"""The process of one target gets a file with this target alone, which means the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.excerpt import excerpts
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets_file import read_targets

FILE = """\
x-shared: &shared
  api: mijnklantportaal
  token: ${TOKEN}
  limits: {requests_per_minute: 60, timeout_seconds: 0.5}
targets:
  one:
    <<: *shared
    base_url: https://one.example.com/v1
    description: "caf\u00e9 \U0001f600 0100"
    fixtures: {appointments: [apt_a1, apt_a2]}
  two:
    <<: *shared
    base_url: https://two.example.com/v1
    fixtures: {appointments: [apt_b1, apt_b2]}
"""


def source_of(text):
    """Return a targets file with this text."""
    return TargetsText(Path("targets.yaml"), text, Path("folder"))


def test_an_excerpt_means_the_same_target():
    """Anchors, variables, numbers and other scripts are read as from the whole file, and no other target is there."""
    source, environ = source_of(FILE), {"TOKEN": "Own/Token+1234567"}
    parts = excerpts(source, ["one", "two"])
    for name, part in parts.items():
        assert read_targets(part, [name], environ) == read_targets(source, [name], environ)
        assert (part.path, part.folder) == (source.path, source.folder)
    assert "two.example.com" not in parts["one"].text
    assert "${TOKEN}" in parts["one"].text


@pytest.mark.parametrize(("value", "is_kept"), [("0.0000001", True), ('"\\x85"', True), ("0.5", False)])
def test_what_cannot_be_written_again_is_left_as_it_is(value, is_kept):
    """A value that JSON writes in a notation that means something else here keeps the whole file."""
    source = source_of(f"targets:\n  one: {{x: {value}}}\n  two: {{y: 1}}\n")
    parts = excerpts(source, ["one", "two"])
    assert (parts["one"] is source) is is_kept
    assert parts["two"] is not source


def test_what_is_no_yaml_is_an_error():
    """A file that cannot be parsed has no excerpts."""
    with pytest.raises(ConfigurationError, match="not YAML"):
        excerpts(source_of("targets: {"), ["one"])
