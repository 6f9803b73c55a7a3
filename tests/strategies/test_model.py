"""The model of the contract: which rules a body breaks, which fields are wrong, and which ids are possible."""

from __future__ import annotations

import pytest
from hypothesis.errors import InvalidArgument

from appointment_strategies import ABSENT, ImpureProbe, mijnklantportaal, omneo
from appointment_strategies.omneo import (
    assert_pure,
    broken_rules,
    broken_rules_of_text,
    link_action,
    open_fields,
    open_question,
    open_values_of,
    wrong_fields,
)

APIS = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
PROFILE = "9b461544-f0db-44b6-8a11-0242ac120002"
LIST = "204"


@pytest.mark.parametrize(
    "body",
    [
        link_action("profile", PROFILE),
        link_action("profile", PROFILE.upper()),
        link_action("list", LIST),
        link_action("list", "-9223372036854775808"),
        link_action("list", "9223372036854775807"),
        {**link_action("list", LIST), "note": None},
    ],
)
def test_a_valid_action_breaks_no_rule(body):
    """A type with an id of its form breaks no rule, whatever other members the object has."""
    assert broken_rules(body) == frozenset()
    assert wrong_fields(body) == frozenset()


@pytest.mark.parametrize(
    ("alias", "identifier", "rules"),
    [
        (ABSENT, PROFILE, {"type-required"}),
        (None, LIST, {"type-required"}),
        (0, LIST, {"type-string"}),
        (True, PROFILE, {"type-string"}),
        ("", PROFILE, {"type-alias"}),
        ("Profile", PROFILE, {"type-alias"}),
        ("profile", ABSENT, {"id-required"}),
        ("profile", "", {"id-required"}),
        ("list", None, {"id-required"}),
        ("list", 204, {"id-string"}),
        ("list", False, {"id-string"}),
        ("profile", [PROFILE], {"id-string"}),
        ("profile", LIST, {"id-form"}),
        ("profile", f"{PROFILE}\n", {"id-form"}),
        ("list", PROFILE, {"id-form"}),
        ("list", "204\n", {"id-form"}),
        ("list", "\u0662\u0660\u0664", {"id-form"}),
        ("list", "9223372036854775808", {"id-form"}),
        ("lists", "neither", {"type-alias", "id-form"}),
        (None, None, {"type-required", "id-required"}),
    ],
)
def test_each_wrong_field_counts_once(alias, identifier, rules):
    """A wrong field breaks only the first rule that it fails, and the fields with a broken rule are the wrong ones."""
    body = link_action(alias, identifier)
    fields = {"type", "id"} if body == {} else {rule.split("-")[0] for rule in rules}
    assert broken_rules(body) == rules
    assert wrong_fields(body) == fields


@pytest.mark.parametrize("body", [None, [], "text", 0, False, 1.5])
def test_a_body_that_is_not_an_object_breaks_one_rule_and_has_no_wrong_field(body):
    """A body that is not an object has no wrong field, because the documents name none for it."""
    assert broken_rules(body) == {"body-object"}
    assert wrong_fields(body) == frozenset()


@pytest.mark.parametrize("body", [{}, {"note": 1}])
def test_an_object_without_both_fields_breaks_one_rule_in_two_fields(body):
    """Both fields are missing, so a validation error names both."""
    assert broken_rules(body) == {"body-members"}
    assert wrong_fields(body) == {"type", "id"}


@pytest.mark.parametrize("alias", [ABSENT, None, 0, [], "", "lists"])
@pytest.mark.parametrize("identifier", [PROFILE, LIST, "neither", 204, True])
def test_under_a_wrong_type_an_id_is_open(alias, identifier):
    """If the type is not an alias, the documents do not say which form the id has, so an error need not name it."""
    assert open_fields(link_action(alias, identifier)) == {"id"}


@pytest.mark.parametrize(
    "body",
    [
        *(link_action("lists", wrong) for wrong in (ABSENT, None, "", [], {})),
        link_action("profile", "neither"),
        {},
        None,
    ],
)
def test_what_is_wrong_or_right_for_certain_is_not_open(body):
    """An id that is missing or not a scalar is wrong for any type, and for a known type no id is open."""
    assert open_fields(body) == frozenset()


@pytest.mark.parametrize("raw", [b"", b"{", b"NaN", b"\xff{}", b"{'a':1}", b"{} {}", b"[" * 100_000])
def test_bytes_that_are_not_json_break_the_text_rule(raw):
    """Malformed, undecodable, empty and too deeply nested text breaks `json-text`, and causes no crash."""
    assert broken_rules_of_text(raw) == {"json-text"}


def test_json_text_is_judged_by_its_value():
    """Text that is JSON breaks the rules that its value breaks."""
    assert broken_rules_of_text(b"null") == {"body-object"}
    assert broken_rules_of_text(b'{"type":"list","id":"204"}') == frozenset()


@pytest.mark.parametrize(
    ("api", "text", "breaks"),
    [
        ("omneo", "1", False),
        ("omneo", "9223372036854775807", False),
        ("omneo", "9223372036854775808", True),
        ("omneo", "0", True),
        ("omneo", "-1", True),
        ("omneo", "1\n", True),
        ("omneo", "\u0661", True),
        ("mijnklantportaal", "apt_own0001", False),
        ("mijnklantportaal", "apt_01J9-AB", False),
        ("mijnklantportaal", "apt_a_b.~", False),
        ("mijnklantportaal", "apt_", True),
        ("mijnklantportaal", "cst_own0001", True),
        ("mijnklantportaal", "apt_own0001%", True),
        ("mijnklantportaal", "apt_" + "x" * 252, True),
    ],
)
def test_an_appointment_id_has_the_form_its_api_promises(api, text, breaks):
    """Each API's model says whether path text can be an id."""
    assert APIS[api].breaks_appointment_id(text) is breaks


def test_an_impure_probe_is_refused():
    """A probe is pure only if it breaks the named rule and no other, and asks no open question."""
    assert_pure(link_action("profile", "x"), "id-form")
    for body in (link_action("list", LIST), link_action("x", "y"), link_action("list", None), link_action("list", 204)):
        with pytest.raises(ImpureProbe):
            assert_pure(body, "id-string")
    with pytest.raises(ImpureProbe, match="leave open how this is answered"):
        assert_pure(link_action("list", f" {LIST}"), "id-form")


@pytest.mark.parametrize(
    ("alias", "value"),
    [(alias, value) for alias in ("profile", "list") for value in open_values_of(f"{alias} id")],
    ids=lambda part: getattr(part, "name", part),
)
def test_an_open_value_asks_the_question_of_its_name(alias, value):
    """`open_question` recognises every open id, so no judged probe contains one."""
    fixture = {"profile": PROFILE, "list": LIST}[alias]
    assert open_question(link_action(alias, value.make(fixture))) == value.name


def test_the_other_open_values_are_known():
    """A padded type is recognised, and a body with duplicate keys is valid JSON whose last value counts."""
    (padded,) = open_values_of("type")
    duplicate, *_ = open_values_of("raw body")
    assert open_question(link_action(padded.make("list"), LIST)) == "padded"
    raw = duplicate.make('{"type": "list", "id": "204"}')
    assert raw.count(b'"type"') == 2
    assert broken_rules_of_text(raw) == frozenset()


@pytest.mark.parametrize("value", open_values_of("raw body")[1:], ids=lambda value: value.name)
def test_text_that_is_almost_json_is_not_json(value):
    """The other raw bodies of open questions are not JSON, and contain the action's own id."""
    raw = value.make('{"type": "list", "id": "204"}')
    assert broken_rules_of_text(raw) == {"json-text"}
    assert b"204" in raw


def test_open_values_of_anything_else_are_an_invalid_argument():
    """The error names the unknown kind."""
    with pytest.raises(InvalidArgument, match="'path'"):
        open_values_of("path")
