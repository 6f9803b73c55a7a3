"""OpenAPI Overlay 1.0: changes to a document, written as data."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import jsonpath_rfc9535

from .errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Document = dict[str, Any]
    Location = tuple[int | str, ...]


class Unmatched(ContractError):  # noqa: N818 - it says what happened to the actions
    """Actions of an overlay match nothing; `flaws` has a sentence about each."""

    def __init__(self, flaws: Sequence[str]) -> None:
        """Tell them all, each on a line of its own."""
        super().__init__("\n".join(flaws))
        self.flaws = tuple(flaws)


_ACTION_KEYS = {"target", "description", "update", "remove"}


def apply(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Document:
    """Return a changed copy of `document`; neither argument is altered.

    Actions run in the order written; each gets the result of those before it. `target` is an RFC 9535 JSONPath.
    `update` merges: objects member by member, arrays by appending, anything else by replacing. `remove: true`
    removes the matched node from its parent and overrides `update`.

    This is stricter than the Overlay Specification in one point: an action that matches nothing is an error, because
    the vendor's document has then changed.

    Raises `ContractError` for a document that is not an overlay and a bad JSONPath, and `Unmatched`, which names each
    of them, for actions without a match.
    Source: OpenAPI Overlay Specification 1.0.0, sections 4.3 and 4.4.
    """
    result, flaws = copy.deepcopy(dict(document)), []
    for number, action in enumerate(_actions(overlay), start=1):
        locations = _matches(result, action, number)
        if not locations:
            flaws.append(_unmatched(action, number))
        elif action.get("remove") is True:
            _remove(result, locations)
        elif "update" in action:
            result = _update(result, locations, action["update"])
    if flaws:
        raise Unmatched(flaws)
    return result


def _unmatched(action: Mapping[str, Any], number: int) -> str:
    description = action.get("description", "no description")
    return f"action {number} matches nothing: {action['target']} ({description})"


def _actions(overlay: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the overlay's actions. Raises `ContractError` if the overlay has the wrong shape."""
    if not str(overlay.get("overlay", "")).startswith("1.0."):
        raise ContractError("the overlay needs `overlay: 1.0.x`")
    info = overlay.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= info.keys():
        raise ContractError("the overlay needs `info` with `title` and `version`")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise ContractError("the overlay needs `actions`, a list with at least one action")
    for number, action in enumerate(actions, start=1):
        _require_action(action, number)
    return actions


def _require_action(action: object, number: int) -> None:
    if not isinstance(action, dict) or not str(action.get("target", "")).startswith("$"):
        raise ContractError(f"action {number} needs a `target`, a JSONPath that begins with $")
    if unknown := sorted(str(key) for key in action if key not in _ACTION_KEYS and not str(key).startswith("x-")):
        raise ContractError(f"action {number} has unknown members: {', '.join(unknown)}")
    if "update" not in action and action.get("remove") is not True:
        raise ContractError(f"action {number} needs `update` or `remove: true`")


def _matches(document: Document, action: Mapping[str, Any], number: int) -> list[Location]:
    target = action["target"]
    try:
        nodes = jsonpath_rfc9535.find(target, document)
    except jsonpath_rfc9535.JSONPathError as error:
        raise ContractError(f"action {number} has a target that is not JSONPath: {target} ({error})") from error
    return [tuple(node.location) for node in nodes]


def _remove(document: Document, locations: Iterable[Location]) -> None:
    # Remove the last element of an array first, so that the positions of the others stay valid.
    for location in sorted(set(locations), key=_removal_order, reverse=True):
        if not location:
            raise ContractError("the root of the document cannot be removed")
        parent = _resolve(document, location[:-1])
        del parent[location[-1]]


def _removal_order(location: Location) -> tuple[int, tuple[tuple[int, str], ...]]:
    steps = tuple((step, "") if isinstance(step, int) else (-1, step) for step in location)
    return len(location), steps


def _update(document: Document, locations: Iterable[Location], value: object) -> Document:
    root: dict[str, Any] = {"": document}
    for location in locations:
        parent, key = _resolve(root, ("", *location)[:-1]), ("", *location)[-1]
        parent[key] = _updated(parent[key], copy.deepcopy(value))
    changed: Document = root[""]
    return changed


def _resolve(document: Any, location: Location) -> Any:
    node = document
    for step in location:
        node = node[step]
    return node


def _updated(node: object, value: object) -> object:
    """Return the updated target; a value that is not an array is appended to an array."""
    if isinstance(node, list) and not isinstance(value, list):
        return [*node, value]
    return _merged(node, value)


def _merged(old: object, new: object) -> object:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merged(old[key], value) if key in old else value for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    return new
