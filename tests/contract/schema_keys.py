"""The keys that a JSON Schema describes, by their path: type, presence, values. Wording and form stay out."""

from __future__ import annotations

from typing import Any


def keys_of(schema: dict[str, Any], **known: str) -> dict[str, dict[str, Any]]:
    """Return what `schema` says of each key: its type, whether it has to be there, its values.

    A path is written `targets.{name}.fixtures.appointments[]`. `known` are values of keys: a branch of the schema that
    tests another value of such a key is left out. What is demanded under any other condition is so `sometimes`.
    """
    found: dict[str, dict[str, Any]] = {}
    _walk(schema, schema, "", known, found)
    return dict(sorted(found.items()))


def _walk(part, whole, path, known, found):
    parts = list(_applied(part, whole, known))
    about = found.setdefault(path or "(the whole)", {})
    about.update(_types(parts))
    for one in parts:
        about.update(_said(one))
    sometimes = {name for one in parts for name in _sometimes(one, known)}
    always = {name for one in parts for name in one.get("required", [])} - {
        name for one in parts for name in _of_alternatives(one)
    }
    for one in parts:
        for step, child in _children(one):
            below = f"{path}[]" if step == "[]" else f"{path}.{step}".lstrip(".")
            _walk(child, whole, below, known, found)
            if step in one.get("properties", {}):
                found[below]["required"] = step in always or ("sometimes" if step in sometimes else False)


def _applied(part, whole, known):
    """Yield the schemas that speak of one value: itself, what it refers to, what it combines, its alternatives."""
    yield part
    if "$ref" in part:
        yield from _applied(_referred(part["$ref"], whole), whole, known)
    for one in (*part.get("allOf", []), *part.get("oneOf", []), *part.get("anyOf", [])):
        if _holds(one, known):
            yield from _applied(one.get("then", {}) if _tested(one, known) else one, whole, known)


def _referred(reference, whole):
    for step in reference.removeprefix("#/").split("/"):
        whole = whole[step]
    return whole


def _said(part):
    values = [part["const"]] if "const" in part else part.get("enum")
    said = {"values": sorted(values, key=str)} if values else {}
    return said | ({"other keys": False} if part.get("additionalProperties") is False else {})


def _types(parts):
    """The types of a value: all of them, where there are alternatives."""
    stated = [one["type"] for one in parts if "type" in one]
    types = sorted({name for one in stated for name in ([one] if isinstance(one, str) else one)})
    return {"type": types[0] if len(types) == 1 else types} if types else {}


def _children(part):
    yield from part.get("properties", {}).items()
    yield from ((f"/{pattern}/", child) for pattern, child in part.get("patternProperties", {}).items())
    if isinstance(part.get("additionalProperties"), dict):
        yield "{name}", part["additionalProperties"]
    if "items" in part:
        yield "[]", part["items"]


def _sometimes(part, known):
    """The keys that a branch demands whose condition is none of the known values, or that one alternative demands."""
    return [*_under_a_condition(part, known), *_of_alternatives(part)]


def _of_alternatives(part):
    alternatives = (*part.get("oneOf", []), *part.get("anyOf", []))
    return [name for one in alternatives if "if" not in one for name in one.get("required", [])]


def _under_a_condition(part, known):
    if "if" not in part or _tested(part, known):
        return []
    return [name for branch in ("then", "else") for name in part.get(branch, {}).get("required", [])]


def _tested(part, known):
    """The values that the condition of a branch wants of the known keys."""
    wanted = part.get("if", {}).get("properties", {})
    return {name: said["const"] for name, said in wanted.items() if name in known and "const" in said}


def _holds(part, known):
    return all(known[name] == value for name, value in _tested(part, known).items())
