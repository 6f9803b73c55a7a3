"""The rules for the published document of any vendor: each rule yields the place and the sentence of each defect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .places import below, members, objects, operations, resolved, response_schemas

__all__ = ["SHARED_RULES", "Rule"]

#: A rule reads a document and yields (JSON Pointer, sentence) for each defect.
Rule = Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]
Defects = Iterator[tuple[str, str]]
Document = Mapping[str, Any]

_QUOTED = re.compile(r"`([^`]+)`")


def nullable_is_not_a_keyword(document: Document) -> Defects:
    """Find `nullable`, which OpenAPI 3.1 no longer has."""
    if document["openapi"].startswith("3.1"):
        for place, node in objects(document):
            if isinstance(node.get("nullable"), bool):
                yield place, "`nullable` has no effect in OpenAPI 3.1, so a null that is meant is refused"


def answers_to_bad_credentials_are_missing(document: Document) -> Defects:
    """Find operations that require credentials and do not document 401 and 403."""
    for operation in operations(document):
        missing = sorted({"401", "403"} - operation.node.get("responses", {}).keys())
        if missing and operation.node.get("security", document.get("security")):
            sentence = f"credentials are required, yet not documented: {', '.join(missing)}"
            yield below(operation.place, "responses"), sentence


def rate_limit_answer_is_missing(document: Document) -> Defects:
    """Find operations without 429, for an API whose vendor states a rate limit."""
    for operation in operations(document):
        if "429" not in operation.node.get("responses", {}):
            yield below(operation.place, "responses"), "the vendor states a rate limit, yet 429 is not documented"


def no_error_is_documented(document: Document) -> Defects:
    """Find operations that document no error at all."""
    for operation in operations(document):
        if not any(str(status).startswith(("4", "5", "default")) for status in operation.node.get("responses", {})):
            yield below(operation.place, "responses"), "no error is documented"


def security_contradicts_401(document: Document) -> Defects:
    """Find operations that document 401 but are declared to need no credentials."""
    for operation in operations(document):
        if (
            "401" in operation.node.get("responses", {})
            and operation.node.get("security", document.get("security")) == []
        ):
            place = operation.place if "security" in operation.node else ""
            yield below(place, "security"), f"`security: []` says no credentials, yet {operation.path} documents 401"


def no_security_scheme(document: Document) -> Defects:
    """Find a document that has a 401 but does not say how to send credentials."""
    statuses = {status for operation in operations(document) for status in operation.node.get("responses", {})}
    if "401" in statuses and not document.get("components", {}).get("securitySchemes"):
        yield "/components", "401 is documented, yet no security scheme says how to send credentials"


def answer_requires_nothing(document: Document) -> Defects:
    """Find schemas of answers that require no member."""
    for place, schema in response_schemas(document):
        if schema.get("type") == "object" and "properties" in schema and not schema.get("required"):
            yield place, "no member is required, so an empty object is a valid answer"


def sample_lacks_required_member(document: Document) -> Defects:
    """Find sample bodies that lack a required member."""
    for operation in operations(document):
        for media, content in operation.node.get("requestBody", {}).get("content", {}).items():
            required = resolved(document, content.get("schema", {})).get("required", [])
            if missing := [name for name in required if name not in content.get("example", dict.fromkeys(required))]:
                place = below(operation.place, "requestBody", "content", media, "example")
                yield place, f"the sample body lacks the required {', '.join(f'`{name}`' for name in missing)}"


def description_names_another_path(document: Document) -> Defects:
    """Find descriptions that name a path which is not that of the operation."""
    for operation in operations(document):
        for named in _QUOTED.findall(operation.node.get("description", "")):
            if named.startswith("/") and named != operation.path:
                place = below(operation.place, "description")
                yield place, f"the description says {named}, the path is {operation.path}"


def values_are_prose_only(document: Document) -> Defects:
    """Find values that are listed in a description but not in an enum."""
    for place, _, schema in members(document):
        values = _QUOTED.findall(schema.get("description", ""))
        if len(values) > 1 and not {"enum", "const"} & schema.keys():
            yield place, f"only the description lists the values {', '.join(values)}"


def prefix_is_prose_only(document: Document) -> Defects:
    """Find prefixes that are stated in a description but not in a pattern."""
    for place, _, schema in members(document):
        for prefix in _QUOTED.findall(schema.get("description", "")):
            if prefix.endswith("_") and "pattern" not in schema:
                yield place, f"only the description says that the text begins with {prefix}"


def date_has_no_format(document: Document) -> Defects:
    """Find date-times, recognised by their names, that have neither format nor pattern."""
    loose: dict[str, list[str]] = {}
    for place, name, schema in members(document):
        if name.endswith(("At", "_at")) and not {"format", "pattern"} & schema.keys():
            loose.setdefault(place.rpartition("/")[0], []).append(name)
    for place, names in loose.items():
        yield place, f"any text is a valid date-time because there is no `format`: {', '.join(names)}"


def server_is_a_placeholder(document: Document) -> Defects:
    """Find server variables whose default is a placeholder."""
    for position, server in enumerate(document.get("servers", [])):
        for name, variable in server.get("variables", {}).items():
            if variable.get("default") == "example":
                place = below("/servers", str(position), "variables", name, "default")
                yield place, "the default `example` is a placeholder, not a server that answers"


#: The rules for the document of any vendor, by the id of their findings.
SHARED_RULES: Final[Mapping[str, Rule]] = {
    "DOC-01": nullable_is_not_a_keyword,
    "DOC-02": answers_to_bad_credentials_are_missing,
    "DOC-03": no_error_is_documented,
    "DOC-04": security_contradicts_401,
    "DOC-05": no_security_scheme,
    "DOC-06": answer_requires_nothing,
    "DOC-07": sample_lacks_required_member,
    "DOC-08": description_names_another_path,
    "DOC-09": values_are_prose_only,
    "DOC-10": prefix_is_prose_only,
    "DOC-11": date_has_no_format,
    "DOC-12": server_is_a_placeholder,
}
