"""The kinds that a lenient server may read from a type."""

from __future__ import annotations

from appointment_strategies.omneo import kinds_of


def test_a_type_is_read_as_any_word_it_holds():
    """A type means the kinds that its words name, in any case and number; without a word it may mean any kind."""
    assert kinds_of("list") == {"list"}
    assert kinds_of(" Lists\n") == {"list"}
    assert kinds_of(["PROFILE"]) == {"profile"}
    assert kinds_of("list or shop") == {"list", "other"}
    assert kinds_of("__not_in_enum__") == {"other"}
    assert kinds_of(None) == kinds_of("") == kinds_of(7) == kinds_of({}) == {"profile", "list", "appointment"}
