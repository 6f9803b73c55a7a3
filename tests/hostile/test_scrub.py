"""Secrets are removed from a written file of any size, and nothing else in it changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointment_conformance.traffic import secrets
from appointment_conformance.traffic.secrets import Secrets

TOKEN = "Token-4vXq9LmZ7tRb"
SECRETS = Secrets.of({"TOKEN": TOKEN, "OTHER": "4vXq9LmZ7tRb-other-secret"})


@settings(deadline=None)
@given(parts=st.lists(st.sampled_from([TOKEN, "4vXq9LmZ7tRb-other-secret", "Token-4vXq", "x" * 7, "\n"]), max_size=12))
@pytest.mark.parametrize("block", [1, 7, 64, 1024 * 1024])
def test_a_file_is_scrubbed_as_a_whole(tmp_path_factory, parts, block):
    """However a file is cut into blocks, every secret in it is replaced and every other byte stays."""
    path = tmp_path_factory.mktemp("scrub") / "file"
    path.write_text("".join(parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "BLOCK", block)
        SECRETS.scrub(path)
    assert path.read_bytes() == SECRETS.hide("".join(parts).encode())


@pytest.mark.parametrize("word", ["testcase", "conformant-with-deviations"[:19], "12345678", "2026-11-21", "a1"])
def test_a_plain_word_or_number_does_not_break_a_report(tmp_path, word):
    """A token that could be a word or a number of a report is left alone in it."""
    path = tmp_path / "file"
    path.write_text(f'<testcase time="{word}"/>')
    Secrets.of({"TOKEN": word}).scrub(path)
    assert path.read_text() == f'<testcase time="{word}"/>'


def test_a_file_without_secrets_is_not_written(tmp_path):
    """A clean file is not touched."""
    path = tmp_path / "file"
    path.write_text("nothing to see")
    path.chmod(0o444)
    before = path.stat().st_mtime_ns
    SECRETS.scrub(path)
    assert (path.read_text(), path.stat().st_mtime_ns) == ("nothing to see", before)
