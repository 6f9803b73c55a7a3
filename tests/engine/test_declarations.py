"""The file of known deviations is edited as its owner would: entries come and go, the rest stays."""

from __future__ import annotations

from datetime import date

import pytest

from appointment_conformance.engine.deviation_entries import Declared, declared, with_entries, without_entries
from appointment_conformance.errors import ConfigurationError

TODAY = date(2026, 3, 1)
ONE = Declared("OMN-ID-05", "link", "0a1b-2c3d-4e5f")
TWO = Declared("OMN-ID-05", "unlink", "1111-2222-3333")
THREE = Declared("OMN-ERR-02", "link", "4444-5555-6666")
FILE = """\
# The gateway team's list.

# Wraps, see the ticket.
- requirement: OMN-ID-05
  operation: link
  fingerprint: 0a1b-2c3d-4e5f
  reason: numbers wrap # since May
- requirement: OMN-ID-05
  operation: unlink
  fingerprint: 1111-2222-3333
"""


def added(text, *entries):
    """Return `text` with these entries."""
    return with_entries(text, entries, today=TODAY, name="known.yaml")


def dropped(text, *entries):
    """Return `text` without these entries."""
    return without_entries(text, entries, name="known.yaml")


@pytest.mark.parametrize("text", ["", "[]\n", "---\n", "---\n[]", FILE, FILE.rstrip("\n"), FILE.replace("\n", "\n  ")])
def test_entries_are_appended(text):
    """New entries stand after the ones that are there, at their margin, whatever the file looks like."""
    standing = declared(text, name="known.yaml")
    made = added(text, THREE)
    assert declared(made, name="known.yaml") == (*standing, THREE)
    assert made.startswith(text.strip("[]-\n") or "#")


def test_a_new_entry_asks_to_be_filled_in_and_expires():
    """Reason, ticket and owner are empty, and it ends after ninety days."""
    made = added("", ONE)
    assert all(f'{key}: ""' in made for key in ("reason", "ticket", "owner"))
    assert "expires: 2026-05-30" in made


def test_an_entry_that_stands_is_left_alone():
    """What is declared already is neither repeated nor rewritten."""
    assert added(FILE, ONE, TWO) == FILE


def test_a_dropped_entry_takes_its_comment_along():
    """The entry and the comment right above it go; everything else stays to the letter."""
    made = dropped(FILE, ONE)
    assert (
        made == "# The gateway team's list.\n\n" + FILE[FILE.index("- requirement: OMN-ID-05\n  operation: unlink") :]
    )


def test_everything_can_be_dropped():
    """What is left of a file without entries declares nothing, and can be filled again."""
    made = dropped(FILE, ONE, TWO)
    assert made == "# The gateway team's list.\n\n"
    assert declared(added(made, THREE), name="known.yaml") == (THREE,)


def test_entries_in_one_line_are_not_touched():
    """A list that has no line for each entry is refused with the remedy, not damaged."""
    text = "[{requirement: OMN-ID-05, operation: link, fingerprint: 0a1b-2c3d-4e5f}]\n"
    for edit in (lambda: added(text, TWO), lambda: added(text + "\n", THREE)):
        with pytest.raises(ConfigurationError, match=r"known\.yaml"):
            edit()


@pytest.mark.parametrize("text", ["a: b", "- a", "- requirement: OMN-ID-05", "12", "- [1, 2]"])
def test_anything_else_is_refused(text):
    """A file that is no list of entries is named, and stays as it is."""
    with pytest.raises(ConfigurationError, match=r"known\.yaml: every entry needs the keys"):
        added(text, ONE)
