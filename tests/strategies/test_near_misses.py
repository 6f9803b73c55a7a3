"""The table of near misses: every class is pure, derived from its fixture, and finds no other record."""

from __future__ import annotations

import json
from string import ascii_letters, digits
from typing import get_args
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import appointment_strategies
from appointment_strategies import mijnklantportaal, omneo
from appointment_strategies.omneo import (
    assert_pure,
    broken_action,
    broken_rules_of_text,
    link_action,
    near_misses_of,
)

APIS = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
PROFILES = ("9b461544-f0db-44b6-8a11-0242ac120002", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
LISTS = ("204", "1", "9223372036854775807", "-5")
FIXTURES = {"profile": PROFILES, "list": LISTS}
BODY_CASES = [
    (miss, alias, fixture)
    for alias, of in (
        ("profile", "profile id"),
        ("list", "list id"),
        ("profile", "type"),
        ("list", "type"),
        ("profile", "body"),
    )
    for miss in near_misses_of(of)
    for fixture in FIXTURES[alias]
]
PATH_FIXTURES = {
    "omneo": ("900001", "1"),
    "mijnklantportaal": (
        "apt_own0001",
        "apt_4qvj1",
        "apt_0001",
        "apt_01J9-AB",
        "apt_a_b",
        "apt_c.d",
        "apt_~.",
        "apt_..",
        "apt_apt_x",
    ),
}
EXPECTED_NAMES = {
    "profile id": """list-form truncated over-long non-hex wrong-separators embedded-newline trailing-text
        leading-text nul non-ascii-digits empty very-long number array object boolean null missing""",
    "list id": """profile-form float exponent hexadecimal digits-then-letters leading-text embedded-newline nul empty
        very-long beyond-64-bits array object boolean null missing""",
    "type": "unknown plural upper-case-first upper-case number array object boolean null missing empty",
    "body": "null array string number boolean empty-object",
    "raw body": "truncated empty bare-word not-utf-8",
    "omneo path": "letters-after letters-before negative zero huge",
    "mijnklantportaal path": """front-short letters-before without-prefix wildcard-percent wildcard-star quote
        double-encoded non-ascii very-long""",
}


def test_every_kind_is_expected():
    """No kind of near miss is left out of these tests."""
    assert {*EXPECTED_NAMES} == {*get_args(omneo.Of), *get_args(mijnklantportaal.Of)}


@pytest.mark.parametrize("of", EXPECTED_NAMES)
def test_every_class_is_there_once_under_its_name(of):
    """The names are unique within a kind, and they are those that reports show."""
    misses = APIS["mijnklantportaal" if of.startswith("mijn") else "omneo"].near_misses_of(of)
    names = [miss.name for miss in misses]
    assert sorted(names) == sorted(EXPECTED_NAMES[of].split())
    assert {miss.of for miss in misses} == {of}


@pytest.mark.parametrize(("miss", "alias", "fixture"), BODY_CASES)
def test_a_body_with_one_near_miss_is_pure(miss, alias, fixture):
    """A class breaks the rule that it names and no other, for every fixture, and its value can be sent as JSON."""
    body = broken_action(miss, alias, fixture)
    assert_pure(body, miss.rule)
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("miss", near_misses_of("raw body"), ids=lambda miss: miss.name)
@pytest.mark.parametrize("alias", ["profile", "list"])
def test_a_raw_near_miss_is_not_json(miss, alias):
    """A near miss of valid text is not JSON any more."""
    text = json.dumps(link_action(alias, FIXTURES[alias][0]))
    assert broken_rules_of_text(miss.make(text)) == {miss.rule}


@pytest.mark.parametrize("api", PATH_FIXTURES)
def test_a_path_near_miss_is_derived_from_its_fixture_only(api):
    """A near miss of a path is recognised as derived from its own fixture and from no other."""
    for fixture in PATH_FIXTURES[api]:
        others = [other for other in PATH_FIXTURES[api] if other != fixture]
        for name, segment in APIS[api].near_miss_segments(fixture).items():
            assert APIS[api].breaks_appointment_id(unquote(segment))
            assert APIS[api].derived_from(segment, [fixture]) == fixture
            assert name == "zero" or APIS[api].derived_from(segment, others) is None
            assert segment.isascii()
            assert "/" not in segment


@pytest.mark.parametrize(
    ("api", "segment"),
    [
        ("omneo", "900001"),
        ("omneo", "90000"),
        ("omneo", "900002"),
        ("omneo", "900001e2"),
        ("omneo", "e900001"),
        ("omneo", "abc900001"),
        ("omneo", "9000010abc"),
        ("omneo", "18446744073709551617"),
        ("omneo", "900001%2Flink"),
        ("omneo", "00"),
        ("mijnklantportaal", "apt_own0001"),
        ("mijnklantportaal", "apt_own000"),
        ("mijnklantportaal", "apt_%25"),
        ("mijnklantportaal", "%25"),
        ("mijnklantportaal", "*"),
        ("mijnklantportaal", "0001"),
        ("mijnklantportaal", "apt_own00012"),
        ("mijnklantportaal", "apt_own00012%25"),
        ("mijnklantportaal", "apt_own0001%2F.."),
        ("mijnklantportaal", "apt_own0001%FF"),
        ("mijnklantportaal", ""),
    ],
)
def test_a_segment_that_could_reach_something_else_is_not_derived(api, segment):
    """An id, a short prefix, a bare wildcard, an exponent or a slash is never recognised as a near miss."""
    assert APIS[api].derived_from(segment, [PATH_FIXTURES[api][0]]) is None


@pytest.mark.parametrize("api", PATH_FIXTURES)
def test_a_path_near_miss_leaves_room_for_headers(api):
    """A path fits twice, with two kilobytes of headers, in 4096 bytes; some servers close the connection otherwise."""
    for fixture in PATH_FIXTURES[api]:
        assert all(2 * len(segment) < 2**12 - 2**10 for segment in APIS[api].near_miss_segments(fixture).values())


@pytest.mark.parametrize("profile", PROFILES)
def test_the_number_for_a_profile_equals_no_part_of_a_uuid(profile):
    """The number is odd and longer than eight digits, so the leading digits of a UUID never equal it."""
    number = next(miss for miss in near_misses_of("profile id") if miss.name == "number").make(profile)
    assert 2**52 < number < 2**53
    assert number % 2 == 1


def test_a_cast_of_a_list_near_miss_gives_the_fixture_or_nothing():
    """Wrapped at 64 bits, or by its digits alone, it is the fixture's number; in base 16 it is no other number."""
    made = {miss.name: miss.make("204") for miss in near_misses_of("list id")}
    assert int(made["beyond-64-bits"]) % 2**64 == 204
    assert float(made["exponent"]) == 204
    assert int(made["hexadecimal"], 16) == 204
    assert made["profile-form"].startswith("204a")
    assert made["leading-text"].strip(ascii_letters) == "204"
    with pytest.raises(ValueError, match="invalid literal"):
        int(made["leading-text"], 16)


def test_an_id_without_its_prefix_never_starts_with_a_digit():
    """The underscore stays before digits, because a server that casts would look up a record that is not a fixture."""
    assert mijnklantportaal.near_miss_segments("apt_own0001")["without-prefix"] == "own0001"
    assert mijnklantportaal.near_miss_segments("apt_0001")["without-prefix"] == "_0001"


@pytest.mark.parametrize("fixture", ["apt_apt_own0001", "apt_APT_own0001"])
def test_an_id_without_its_prefix_is_never_an_id_again(fixture):
    """The underscore stays if the rest of an id is an id again, because that may be another record's."""
    assert mijnklantportaal.near_miss_segments(fixture)["without-prefix"] == f"_{fixture[4:]}"


@given(st.text(ascii_letters + digits + "._~-", min_size=1, max_size=251).map("apt_{}".format))
def test_no_near_miss_of_any_id_is_an_id_or_a_dot_segment(fixture):
    """For an id of any unreserved characters, no near miss names another record or is a dot segment."""
    for segment in mijnklantportaal.near_miss_segments(fixture).values():
        assert mijnklantportaal.breaks_appointment_id(unquote(segment))
        assert not unquote(segment).lower().startswith("apt_") or mijnklantportaal.derived_from(segment, [fixture])
        assert segment not in {".", ".."}


def test_classes_without_a_place_are_an_invalid_argument():
    """An unknown kind is refused, and so is a near miss of one alias in an action of the other."""
    with pytest.raises(InvalidArgument, match="'lists'"):
        near_misses_of("lists")
    with pytest.raises(InvalidArgument, match="does not apply"):
        broken_action(near_misses_of("list id")[0], "profile", PROFILES[0])
    with pytest.raises(InvalidArgument, match="does not apply"):
        broken_action(near_misses_of("body")[0], "list", "204")


@pytest.mark.parametrize("package", [appointment_strategies, omneo], ids=lambda package: package.__name__)
def test_all_is_what_a_package_offers(package):
    """`__all__` names every public object of a package except modules, and nothing else."""
    modules = {name for name, value in vars(package).items() if type(value) is type(json)}
    public = {name for name in vars(package) if not name.startswith("_")} - modules - {"annotations"}
    assert set(package.__all__) == public
    assert list(package.__all__) == sorted(package.__all__)
