"""The overlay works as OpenAPI Overlay 1.0 says, and unusable overlays are refused."""

from __future__ import annotations

import copy

import pytest

from appointment_specs import ContractError, overlay


def overlaid(document, *actions):
    """Apply the actions in a well-formed overlay."""
    return overlay.apply(document, {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [*actions]})


@pytest.mark.parametrize(
    ("document", "target", "update", "expected"),
    [
        ({"a": {"b": 1}}, "$.a", {"c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a": {"b": {"c": 1}}}, "$", {"a": {"b": {"d": 2}}}, {"a": {"b": {"c": 1, "d": 2}}}),
        ({"a": {"b": 1}}, "$.a", {"b": 2}, {"a": {"b": 2}}),
        ({"a": {"b": [1]}}, "$.a", {"b": [2]}, {"a": {"b": [1, 2]}}),
        ({"a": [1]}, "$.a", 2, {"a": [1, 2]}),
        ({"a": [1]}, "$.a", {"b": 2}, {"a": [1, {"b": 2}]}),
        ({"a": [1]}, "$.a", [2, 3], {"a": [1, 2, 3]}),
        ({"a": 1}, "$.a", "x", {"a": "x"}),
        ({"a": "string"}, "$", {"a": ["string", "null"]}, {"a": ["string", "null"]}),
        ({"a": {"b": 1}}, "$", {"a": None}, {"a": None}),
        ({"a": [{"n": 1}, {"n": 2}]}, "$.a[?@.n == 2]", {"m": 3}, {"a": [{"n": 1}, {"n": 2, "m": 3}]}),
        ({"a": {"x": {}, "y": {}}}, "$.a.*", {"z": [1]}, {"a": {"x": {"z": [1]}, "y": {"z": [1]}}}),
    ],
)
def test_update_merges_into_every_match(document, target, update, expected):
    """Objects merge member by member, arrays grow, everything else is replaced, at every match."""
    assert overlaid(document, {"target": target, "update": update}) == expected


@pytest.mark.parametrize(
    ("document", "target", "expected"),
    [
        ({"a": 1, "b": 2}, "$.a", {"b": 2}),
        ({"a": [0, 1, 2, 3]}, "$.a[0,2]", {"a": [1, 3]}),
        ({"a": [*range(12)]}, "$.a[2,10]", {"a": [0, 1, 3, 4, 5, 6, 7, 8, 9, 11]}),
        ({"a": {"x": {"x": 1}}}, "$..x", {"a": {}}),
        ({"a": [1, 2]}, "$.a[0,0]", {"a": [2]}),
        ({"a": [{"d": 1}, {"e": 2}]}, "$.a[?@.d]", {"a": [{"e": 2}]}),
    ],
)
def test_remove_takes_exactly_the_matches(document, target, expected):
    """A removal removes every match once and keeps the other elements."""
    assert overlaid(document, {"target": target, "remove": True}) == expected


def test_actions_run_in_order():
    """Each action sees the outcome of those before it."""
    result = overlaid(
        {"a": {}},
        {"target": "$.a", "update": {"b": [1]}},
        {"target": "$.a.b", "update": 2},
        {"target": "$.a.b[0]", "remove": True},
    )
    assert result == {"a": {"b": [2]}}


def test_remove_wins_over_update():
    """An action that both updates and removes, removes."""
    assert overlaid({"a": {}}, {"target": "$.a", "update": {"b": 1}, "remove": True}) == {}


def test_arguments_are_left_alone():
    """Neither the document, nor the overlay, nor two matches of one update share anything with the result."""
    document = {"a": {"x": {}, "y": {}}}
    action = {"target": "$.a.*", "update": {"z": [1]}}
    before = copy.deepcopy((document, action))
    result = overlaid(document, action)
    result["a"]["x"]["z"].append(2)
    assert (document, action) == before
    assert result["a"]["y"]["z"] == [1]


def test_an_action_without_a_match_is_an_error():
    """The error names the action's number, its target and its description."""
    first = {"target": "$.a", "update": {}}
    with pytest.raises(ContractError, match=r"action 2 matches nothing: \$\.gone \(the statement\)"):
        overlaid({"a": {}}, first, {"target": "$.gone", "description": "the statement", "remove": True})


@pytest.mark.parametrize("target", ["$a", "$.a[", "$.a[?@.b = 1]"])
def test_a_bad_target_is_an_error(target):
    """Text that is not an RFC 9535 JSONPath is refused, and the error names it."""
    with pytest.raises(ContractError, match="action 1 has a target that is not JSONPath"):
        overlaid({"a": {}}, {"target": target, "remove": True})


def test_the_root_cannot_be_removed():
    """A removal of the whole document is refused."""
    with pytest.raises(ContractError, match="root"):
        overlaid({"a": 1}, {"target": "$", "remove": True})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"overlay": "2.0.0"}, "overlay: 1.0.x"),
        ({"overlay": None}, "overlay: 1.0.x"),
        ({"info": {"title": "t"}}, "`info`"),
        ({"actions": []}, "`actions`"),
        ({"actions": {}}, "`actions`"),
        ({"actions": ["x"]}, "action 1 needs a `target`"),
        ({"actions": [{"update": {}}]}, "action 1 needs a `target`"),
        ({"actions": [{"target": "", "update": {}}]}, "action 1 needs a `target`"),
        ({"actions": [{"target": "a.b", "update": {}}]}, "action 1 needs a `target`"),
        ({"actions": [{"target": 3, "update": {}}]}, "action 1 needs a `target`"),
        ({"actions": [{"target": "$"}]}, "action 1 needs `update` or `remove: true`"),
        ({"actions": [{"target": "$", "remove": False}]}, "action 1 needs `update` or `remove: true`"),
        ({"actions": [{"target": "$", "upd": {}, "x-note": 1}]}, "unknown members: upd"),
    ],
)
def test_a_malformed_overlay_is_an_error(change, complaint):
    """A document without the shape of an overlay is refused, and the error says what is missing."""
    shaped = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [{"target": "$", "update": {}}]}
    assert overlay.apply({"a": 1}, shaped) == {"a": 1}
    with pytest.raises(ContractError, match=complaint):
        overlay.apply({"a": 1}, shaped | change)
