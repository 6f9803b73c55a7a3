"""What differs between two documents in the operations under judgement, and what only looks as if it did."""

from __future__ import annotations

import copy

import pytest
from own_documents import ACTION, LINK, UNLINK, action, changed, operation, published, rename_profile, write_split

from appointment_conformance.api import load_apis
from appointment_conformance.targets.openapi_file import read_document
from appointment_specs import ContractError, differences

LINKS = "/responses/200/content/application~1json/schema/properties/data/properties/links"
SCHEMA = "/requestBody/content/application~1json/schema"


def found(new, old=None, api="omneo"):
    """Return what differs from the published document, or from another one."""
    operations = load_apis()[api].contract.operations.values()
    return differences(published(api) if old is None else old, new, operations)


def told(new, old=None):
    """Return operation, change and place of each difference."""
    return [(each.operation, each.change, each.place) for each in found(new, old)]


def schemas(document):
    """Return the schemas of a document."""
    return document["components"]["schemas"]


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_a_document_does_not_differ_from_itself(api):
    """The published document of each vendor has no difference from itself."""
    assert found(published(api), api=api) == ()


def test_a_document_that_is_split_over_files_is_the_same(tmp_path):
    """Where schemas and paths are in files of their own, nothing differs."""
    assert found(read_document(write_split(tmp_path)).content) == ()


def test_a_renamed_value_is_told_with_both_names():
    """The place is a pointer through the references, the same in each operation that has the body."""
    link, unlink = found(changed(rename_profile))
    assert (link.operation, unlink.operation) == ("link", "unlink")
    assert (link.change, link.place) == ("changed", f"{SCHEMA}/properties/type/enum")
    assert (link.old, link.new, link.is_prose) == (["profile", "list"], ["person", "list"], False)


def inline(document):
    """Replace the reference to the body's schema by the schema."""
    operation(document)["requestBody"]["content"]["application/json"]["schema"] = copy.deepcopy(action(document))


def wrap(document):
    """Let the schema of the body be an `allOf` of one reference, as 3.0 has it for words beside one."""
    schemas(document)["Real"] = action(document)
    words = {"description": action(document)["description"], "title": ACTION}
    schemas(document)[ACTION] = {"allOf": [{"$ref": "#/components/schemas/Real"}], **words}


def rename_schema(document):
    """Give the schema of the body another name."""
    schemas(document)["Other"] = schemas(document).pop(ACTION)
    for path in (LINK, UNLINK):
        schema = operation(document, path)["requestBody"]["content"]["application/json"]["schema"]
        schema["$ref"] = "#/components/schemas/Other"


def move_parameters(document):
    """Declare the parameters at the path."""
    for item in document["paths"].values():
        item["parameters"] = item["post"].pop("parameters")


@pytest.mark.parametrize(
    "change",
    [
        inline,
        wrap,
        rename_schema,
        move_parameters,
        lambda found: action(found).update(required=["id", "type"]),
        lambda found: action(found)["properties"]["type"].update(enum=["list", "profile"]),
        lambda found: action(found)["properties"]["id"].update(type=["string"]),
        lambda found: action(found).update(properties=dict(reversed(action(found)["properties"].items()))),
        lambda found: action(found).update(additionalProperties=True),
        lambda found: action(found)["properties"]["id"].update(deprecated=False),
        lambda found: operation(found).update(deprecated=False, security=[]),
        lambda found: operation(found).update({"x-internal": True, "servers": [{"url": "https://example.com"}]}),
        lambda found: found["info"].update(version="9.9.9"),
        lambda found: found["servers"].clear(),
        lambda found: found["paths"].update({"/v3/other": {"get": {"responses": {}}}}),
        lambda found: found["paths"][LINK].update(get={"responses": {}}),
        lambda found: schemas(found).update(Unused={"type": "string"}),
        lambda found: found.update(openapi="3.0.3"),
    ],
)
def test_what_means_the_same_is_no_difference(change):
    """Order, spelling, defaults, names of schemas, extensions, and whatever other operations have."""
    assert told(changed(change)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
        ({"oneOf": [{"type": "string"}, {"minimum": 1}]}, {"oneOf": [{"minimum": 1}, {"type": ["string"]}]}),
        (
            {"allOf": [{"$ref": "#/components/schemas/AppointmentLink"}]},
            {"$ref": "#/components/schemas/AppointmentLink"},
        ),
    ],
)
def test_two_spellings_of_one_schema_are_the_same(old, new):
    """`const`, lists of types, the order of branches, an `allOf` of one."""
    before, after = (
        changed(lambda found, each=each: action(found)["properties"].update(id=each)) for each in (old, new)
    )
    assert told(after, before) == told(before, after) == []


def test_nullable_of_3_0_is_a_type_of_3_1():
    """A vendor may move to 3.1 without changing what it means."""

    def old(document):
        document["openapi"] = "3.0.3"
        action(document)["properties"]["id"] = {"type": "string", "nullable": True}

    def new(document):
        action(document)["properties"]["id"] = {"type": ["string", "null"]}

    assert told(changed(new), changed(old)) == []
    assert told(changed(new)) != []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda found: found["paths"].pop(UNLINK), [("unlink", "removed", "")]),
        (
            lambda found: found["paths"].update({UNLINK.replace("appointment}", "id}"): found["paths"].pop(UNLINK)}),
            [("unlink", "changed", "/path")],
        ),
        (lambda found: operation(found)["parameters"].clear(), [("link", "removed", "/parameters/path")]),
        (
            lambda found: operation(found)["parameters"][0]["schema"].update(minimum=1),
            [("link", "added", "/parameters/path/appointment/schema/minimum")],
        ),
        (
            lambda found: operation(found)["parameters"].append(
                {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}}
            ),
            [("link", "added", "/parameters/header")],
        ),
        (lambda found: operation(found, UNLINK)["responses"].pop("403"), [("unlink", "removed", "/responses/403")]),
        (
            lambda found: operation(found, UNLINK)["responses"].update({"202": {"description": "Later"}}),
            [("unlink", "added", "/responses/202")],
        ),
        (lambda found: found.update(security=[{"k": []}]), [("link", "changed", "/security")] * 1),
        (
            lambda found: operation(found)["requestBody"].pop("required"),
            [("link", "removed", "/requestBody/required")],
        ),
        (
            lambda found: schemas(found)["AppointmentLink"]["properties"]["target_id"].update(type="integer"),
            [
                (
                    "link",
                    "changed",
                    f"{LINKS}/items/properties/target_id/type",
                )
            ],
        ),
    ],
)
def test_a_difference_is_told_where_it_is(change, expected):
    """The operation, what has happened, and the place; what is gone as a whole is told once."""
    assert told(changed(change))[: len(expected)] == expected


def test_security_is_what_is_sent_whatever_the_scheme_is_called():
    """Another name of a scheme is no difference; another scheme, and other scopes, are."""

    def secured(name, scheme, scopes=()):
        def change(document):
            document["components"]["securitySchemes"] = {name: scheme}
            document["security"] = [{name: list(scopes)}]

        return changed(change)

    bearer = {"type": "http", "scheme": "bearer"}
    assert told(secured("b", bearer), secured("a", bearer)) == []
    (scoped, _) = found(secured("a", bearer, ["write"]), secured("a", bearer))
    assert scoped.new == ["http bearer write"]
    key = secured("a", {"type": "apiKey", "in": "header", "name": "X-Key"})
    assert [each.new for each in found(key)] == [["apiKey header X-Key"]] * 2


def test_what_stands_beside_a_reference_is_demanded_in_addition():
    """In 3.1 it replaces nothing of what the reference leads to."""

    def change(document):
        schema = operation(document)["requestBody"]["content"]["application/json"]["schema"]
        schema["properties"] = {"id": {"maxLength": 9}}

    (difference,) = found(changed(change))
    assert (difference.change, difference.place) == ("added", f"{SCHEMA}/allOf")
    assert difference.new == [{"properties": {"id": {"maxLength": 9}}}]


@pytest.mark.parametrize("word", ["description", "title", "example"])
def test_words_and_samples_are_told_as_such(word):
    """A changed description, title or sample makes no request and no answer wrong."""
    (link, unlink) = found(changed(lambda found: action(found).update({word: "another"})))
    assert link.is_prose
    assert unlink.place == f"{SCHEMA}/{word}"


def test_a_member_that_is_called_as_a_word_is_a_member():
    """A property `description` is no description of its schema."""
    (link, _) = found(changed(lambda found: action(found)["properties"].update(description={"type": "string"})))
    assert not link.is_prose


def test_a_recursive_schema_is_compared_once():
    """A schema that comes back to itself is walked to where it does; a change in it is told."""

    def change(document):
        action(document)["properties"]["next"] = {"$ref": f"#/components/schemas/{ACTION}"}

    old = changed(change)
    assert told(copy.deepcopy(old), old) == []
    new = copy.deepcopy(old)
    action(new)["properties"]["id"]["maxLength"] = 9
    assert told(new, old)[0] == ("link", "added", f"{SCHEMA}/properties/id/maxLength")


def unfold(document, *, depth=30):
    """Let a schema stand for billions of others, each level twice for each of the one above."""
    for number in range(depth):
        below = {"$ref": f"#/components/schemas/L{number + 1}"}
        schemas(document)[f"L{number}"] = {"properties": {"a": below, "b": below}}
    schemas(document)[f"L{depth}"] = {"type": "string"}
    action(document)["properties"]["all"] = {"$ref": "#/components/schemas/L0"}


def test_what_unfolds_without_end_is_refused():
    """Documents whose references stand for too many objects, or that differ everywhere, are no comparison."""
    with pytest.raises(ContractError, match="too many objects to compare"):
        found(changed(unfold), changed(unfold))

    def many(document):
        action(document)["properties"].update({f"m{number}": {} for number in range(600)})

    with pytest.raises(ContractError, match="more than 500 differences"):
        found(changed(many))


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_nothing_can_be_taken_from_an_operation_unseen(api):
    """Each member of an operation and of what it refers to, taken away, differs, unless it says nothing."""
    unseen = []
    for place in _places(published(api)):
        document = published(api)
        node = document
        for step in place[:-1]:
            node = node[step]
        del node[place[-1]]
        try:
            if not found(document, api=api):
                unseen.append("/".join(place))
        except ContractError:
            continue  # What it was is referred to, and the error says so.
    # Security schemes are compared where they are asked for, and a default says as much as nothing.
    assert [each for each in unseen if not each.startswith("components/securitySchemes")] == []


def _places(document):
    """Yield the path of each member of the operations and of the components."""
    yield from _below(document["paths"], ("paths",))
    for section, entries in document["components"].items():
        yield from _below(entries, ("components", section))


def _below(node, place):
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*place, key)
            yield from _below(value, (*place, key))
