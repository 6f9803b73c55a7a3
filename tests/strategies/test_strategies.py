"""The strategies: what they draw, what they shrink to, how they print, and which arguments they refuse."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, NoSuchExample, Unsatisfiable

from appointment_strategies import mijnklantportaal, omneo
from appointment_strategies.omneo import (
    assert_pure,
    broken_rules,
    broken_rules_of_text,
    invalid_link_actions,
    is_list_id,
    json_bodies,
    link_action,
    link_actions,
    list_ids,
    malformed_json,
    near_misses,
    near_misses_of,
    open_question,
    profile_ids,
    types,
)
from appointment_strategies.omneo.stand_ins import TAIL

APIS = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
PROFILE, LIST = "9b461544-f0db-44b6-8a11-0242ac120002", "204"
PROFILES, LISTS = st.sampled_from((PROFILE, "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")), st.sampled_from((LIST, "317"))
FIXTURE_OF = {
    "profile id": PROFILE,
    "list id": LIST,
    "type": "profile",
    "body": PROFILE,
    "raw body": json.dumps(link_action("profile", PROFILE)),
    "omneo path": "900001",
    "mijnklantportaal path": "apt_own0001",
}
#: What each kind of near miss is drawn with.
API_OF = {of: mijnklantportaal if of.startswith("mijnklantportaal") else omneo for of in FIXTURE_OF}
assert {*FIXTURE_OF} == {*get_args(omneo.Of), *get_args(mijnklantportaal.Of)}, "a kind without a fixture"
CLASSES = [
    pytest.param(miss, id=f"{miss.of}-{miss.name}") for of, api in API_OF.items() for miss in api.near_misses_of(of)
]
REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=100)
FEW = settings(REPEATABLE, max_examples=25)


def anything(_: object) -> bool:
    """Accept every value, so that `find` returns the minimal value."""
    return True


def check(miss, value):
    """Assert that a drawn value of `miss` breaks only its rule."""
    if miss.of == "raw body":
        assert broken_rules_of_text(value) == {miss.rule}
    elif miss.rule == "path-id":
        api = miss.of.split()[0]
        assert APIS[api].derived_from(value, [FIXTURE_OF[miss.of]]) == FIXTURE_OF[miss.of]
    else:
        fields = {"type": (value, PROFILE), "profile id": ("profile", value), "list id": ("list", value)}
        assert_pure(value if miss.of == "body" else link_action(*fields[miss.of]), miss.rule)


@pytest.mark.parametrize("miss", CLASSES)
def test_every_value_of_every_class_is_pure_and_derived(miss):
    """Each class can be drawn alone, and each drawn value breaks only its rule and is derived from the fixture."""

    @FEW
    @given(API_OF[miss.of].near_misses(miss.of, fixtures=st.just(FIXTURE_OF[miss.of]), names=[miss.name]))
    def each(drawn):
        name, value = drawn
        assert name == miss.name
        check(miss, value)

    each()


@pytest.mark.parametrize(
    ("of", "minimal"),
    [
        ("profile id", "missing"),
        ("list id", "missing"),
        ("type", "upper-case-first"),
        ("body", "null"),
        ("raw body", "empty"),
        ("omneo path", "zero"),
        ("mijnklantportaal path", "wildcard-percent"),
    ],
)
def test_a_near_miss_shrinks_to_the_first_class_with_one_value(of, minimal):
    """A failure that any class shows is reported with the first class that has a single value."""
    name, _ = find(API_OF[of].near_misses(of, fixtures=st.just(FIXTURE_OF[of])), anything, settings=REPEATABLE)
    assert name == minimal


def test_every_class_is_reached_in_whole_actions():
    """Every class of the body is drawn: 5,000 drawn actions have each at least once."""
    names = {
        f"{miss.of}: {miss.name}" for of in ("profile id", "list id", "type", "body") for miss in near_misses_of(of)
    }
    reached = {}

    def completes(pair):
        reached.setdefault(*pair)
        return reached.keys() >= names

    quick = settings(REPEATABLE, max_examples=5000, phases=[Phase.generate])
    with suppress(NoSuchExample):
        find(invalid_link_actions(profiles=PROFILES, lists=LISTS), completes, settings=quick)
    assert names - reached.keys() == set()
    assert [name for name, body in reached.items() if len(broken_rules(body)) != 1] == []


@REPEATABLE
@given(link_actions(), link_actions(profiles=PROFILES, lists=LISTS))
def test_link_actions_are_valid(anybodys, ours):
    """A drawn action breaks no rule and asks no open question; if fixtures are given, it names one of them."""
    assert broken_rules(anybodys) == broken_rules(ours) == frozenset()
    assert open_question(anybodys) is None
    assert ours["id"] in {PROFILE, "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", LIST, "317"}


@REPEATABLE
@given(json_bodies(profiles=PROFILES, lists=LISTS))
def test_json_bodies_break_the_contract(body):
    """A drawn body breaks a rule, asks no open question, and can be sent as JSON."""
    assert broken_rules(body)
    assert open_question(body) is None
    assert json.loads(json.dumps(body)) == body


@REPEATABLE
@given(malformed_json(bodies=link_actions()))
def test_malformed_json_cannot_be_read(raw):
    """Drawn bytes are not JSON."""
    assert broken_rules_of_text(raw) == {"json-text"}


@REPEATABLE
@given(profile_ids(), list_ids(min_value=3, max_value=9), types())
def test_identifiers_are_well_formed(profile, number, alias):
    """Profile ids are UUIDs of version 4 in lower case, list ids are within their bounds, types are the two aliases."""
    assert UUID(profile).version == 4
    assert profile == profile.lower()
    assert is_list_id(number)
    assert 3 <= int(number) <= 9
    assert alias in {"profile", "list"}


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_appointment_ids_are_well_formed(api):
    """Drawn ids have the form of their API, and an excluded id is not drawn as absent."""
    excluded = find(APIS[api].absent_appointment_ids(), anything, settings=REPEATABLE)

    @REPEATABLE
    @given(APIS[api].appointment_ids(), APIS[api].absent_appointment_ids(excluding=[excluded]))
    def each(identifier, absent):
        assert not APIS[api].breaks_appointment_id(identifier)
        assert not APIS[api].breaks_appointment_id(absent)
        assert absent != excluded

    each()


@pytest.mark.parametrize(
    ("strategy", "minimal"),
    [
        (types(), "profile"),
        (list_ids(), "1"),
        (list_ids(min_value=7), "7"),
        (omneo.appointment_ids(), "1"),
        (omneo.absent_appointment_ids(), "2000000000"),
        (link_actions(profiles=st.just(PROFILE)), link_action("profile", PROFILE)),
        (link_actions(profiles=st.nothing(), lists=st.just(LIST)), link_action("list", LIST)),
        (json_bodies(profiles=PROFILES, lists=LISTS), None),
        (malformed_json(bodies=st.just({})), b""),
        (near_misses("list id", fixtures=LISTS, names=["float"]), ("float", f"204.1{TAIL}")),
    ],
)
def test_the_minimal_value_is_the_plainest(strategy, minimal):
    """Shrinking ends at the simplest value."""
    assert find(strategy, anything, settings=REPEATABLE) == minimal


@pytest.mark.parametrize(
    ("strategy", "text"),
    [
        (types(), "sampled_from(('profile', 'list'))"),
        (list_ids(max_value=9), "integers(min_value=1, max_value=9).map(str)"),
        (link_actions(lists=st.just("1")), "link_actions(lists=just('1'))"),
        (near_misses("type", fixtures=types()), "near_misses('type', fixtures=sampled_from(('profile', 'list')))"),
        (malformed_json(bodies=link_actions()), "malformed_json(bodies=link_actions())"),
    ],
)
def test_a_strategy_prints_as_the_call_that_makes_it(strategy, text):
    """The repr is the code that creates the strategy."""
    assert repr(strategy) == text


@pytest.mark.parametrize(
    "make",
    [
        lambda: list_ids(min_value=2, max_value=1),
        lambda: list_ids(min_value=-1),
        lambda: list_ids(max_value=2**63),
        lambda: omneo.absent_appointment_ids(excluding="987654321"),
        lambda: near_misses("path", fixtures=types()),
        lambda: mijnklantportaal.near_misses("omneo path", fixtures=types()),
        lambda: mijnklantportaal.near_misses("mijnklantportaal path", fixtures=st.just("900001")),
        lambda: mijnklantportaal.absent_appointment_ids(excluding="apt_x"),
        lambda: near_misses("type", fixtures=types(), names=["unheard-of"]),
        lambda: near_misses("type", fixtures=types(), names=[]),
        lambda: near_misses("type", fixtures=types(), names="null"),
        lambda: near_misses("profile id", fixtures=st.just("204")),
        lambda: near_misses("raw body", fixtures=st.just("[]")),
        lambda: near_misses("omneo path", fixtures=st.just("0")),
        lambda: link_actions(profiles=st.just("x"), lists=st.nothing()),
        lambda: invalid_link_actions(profiles=st.nothing(), lists=st.just("x")),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(make):
    """Bounds, names, kinds and fixtures are checked, at the latest when a value is drawn."""
    with pytest.raises(InvalidArgument):
        find(make(), anything, settings=REPEATABLE)


def test_nothing_is_drawn_without_fixtures():
    """Without profiles and lists no action is drawn, instead of one with the id of another record."""
    with pytest.raises((InvalidArgument, Unsatisfiable)):
        find(link_actions(profiles=st.nothing(), lists=st.nothing()), anything, settings=REPEATABLE)
