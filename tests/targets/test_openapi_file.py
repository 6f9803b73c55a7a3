"""An OpenAPI document is read from one file or several: what is refused, and what the bundled document looks like."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
from own_documents import LINK, action, changed, operation, published, write, write_split

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.openapi_file import MAX_BYTES, read_document
from appointment_specs import ContractError, bundled

BODY = ("requestBody", "content", "application/json")


def refer(reference):
    """Return the document whose link action has a reference in the place of its schema."""

    def change(document):
        operation(document)["requestBody"]["content"]["application/json"]["schema"] = {"$ref": reference}

    return changed(change)


def bomb():
    """Return YAML of a few lines that stands for billions of values."""
    lines = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(12)]
    return "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *lines])


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
@pytest.mark.parametrize("name", ["contract.yaml", "contract.json"])
def test_yaml_and_json_are_read_alike(tmp_path, api, name):
    """What a vendor publishes is the same document as YAML and as JSON, and its digest is that of the file."""
    path = write(tmp_path, published(api), name)
    document = read_document(path)
    assert document.content == published(api)
    assert document.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.name == str(path)


def test_keys_are_texts_and_scalars_those_of_json(tmp_path):
    """A status may be written without quotes, and `no`, `0100` and a date are texts."""
    path = write(tmp_path, "responses: {200: yes}\nx: [no, 0100, 2031-03-05, 5, 0.5, true, null, 1e3]\n")
    content = {"responses": {"200": "yes"}, "x": ["no", "0100", "2031-03-05", 5, 0.5, True, None, "1e3"]}
    assert read_document(path).content == content


def test_a_split_document_is_bundled_with_readable_names(tmp_path):
    """Paths are in place, schemas are components under the names of their entries or files, and no file is named."""
    bundled = read_document(write_split(tmp_path))
    assert sorted(bundled.content["components"]["schemas"]) == sorted(published()["components"]["schemas"])
    assert bundled.content == published()
    assert ".yaml" not in json.dumps(bundled.content)


def test_the_digest_of_several_files_is_that_of_the_lines_of_sha256sum(tmp_path):
    """Sorted by path, each line is the digest of a file, two spaces and its path; a change in any file changes it."""
    path = write_split(tmp_path)
    files = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.*") if each.is_file())
    lines = "".join(f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in files)
    before = read_document(path).digest
    assert before == hashlib.sha256(lines.encode()).hexdigest()
    with (tmp_path / "schemas" / "AppointmentLink.yaml").open("a", encoding="utf-8") as file:
        file.write("# read again\n")
    assert read_document(path).digest != before


def test_recursion_stays_a_reference():
    """A schema that refers to itself through another file is one component that refers to itself."""
    files = {
        "root.yaml": {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "r.yaml#/ok"}}}}}},
        "r.yaml": {"ok": {"content": {"application/json": {"schema": {"$ref": "tree.yaml"}}}}},
        "tree.yaml": {"properties": {"next": {"$ref": "tree.yaml"}, "first": {"$ref": "#/properties/next"}}},
    }
    components = bundled("root.yaml", files.__getitem__)["components"]
    assert components["schemas"]["tree"]["properties"]["next"] == {"$ref": "#/components/schemas/tree"}
    assert components["responses"]["ok"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/tree"
    }


def test_two_of_one_name_stay_two():
    """What another file calls by a name that is taken gets the name of that file before it, and what is data stays."""
    files = {
        "root.yaml": {
            "paths": {"/a": {"post": {"requestBody": {"content": {"x": {"schema": {"$ref": "o.yaml#/d/Name"}}}}}}},
            "components": {"schemas": {"Name": {"type": "integer", "example": {"$ref": "not-a-file.yaml"}}}},
        },
        "o.yaml": {"d": {"Name": {"type": "string"}}},
    }
    schemas = bundled("root.yaml", files.__getitem__)["components"]["schemas"]
    assert schemas == {"Name": files["root.yaml"]["components"]["schemas"]["Name"], "o.Name": {"type": "string"}}


def test_components_may_be_another_file():
    """`components`, one of its sections and `paths` may each be a reference; entries keep their names."""
    files = {
        "root.yaml": {"paths": {"$ref": "p.yaml"}, "components": {"$ref": "c.yaml"}},
        "p.yaml": {"/a": {"post": {"requestBody": {"content": {"x": {"schema": {"$ref": "s.yaml#/Name"}}}}}}},
        "c.yaml": {"schemas": {"$ref": "s.yaml"}},
        "s.yaml": {"Name": {"properties": {"other": {"$ref": "#/Other"}}}, "Other": {"type": "string"}},
    }
    document = bundled("root.yaml", files.__getitem__)
    schema = {"$ref": "#/components/schemas/Name"}
    assert document["paths"]["/a"]["post"]["requestBody"]["content"]["x"]["schema"] == schema
    assert document["components"]["schemas"] == {
        "Name": {"properties": {"other": {"$ref": "#/components/schemas/Other"}}},
        "Other": {"type": "string"},
    }


def test_the_schemas_that_a_discriminator_names_are_bundled():
    """A mapping may name a component, a place or a file; each leads into the one document."""
    mapping = {"cat": "Cat", "dog": "pets.yaml#/Dog"}
    files = {
        "root.yaml": {
            "paths": {},
            "components": {"schemas": {"Pet": {"discriminator": {"propertyName": "kind", "mapping": mapping}}}},
        },
        "pets.yaml": {"Dog": {"type": "object"}},
    }
    schemas = bundled("root.yaml", files.__getitem__)["components"]["schemas"]
    assert schemas["Pet"]["discriminator"]["mapping"] == {"cat": "Cat", "dog": "#/components/schemas/Dog"}
    assert schemas["Dog"] == {"type": "object"}


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("../outside.yaml", "leads out of the folder"),
        ("schemas/../../outside.yaml", "leads out of the folder"),
        ("%2e%2e/outside.yaml", "leads out of the folder"),
        ("..\\outside.yaml", "leads out of the folder"),
        ("/etc/passwd", "leads out of the folder"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("https://example.com/schema.yaml", "nothing is fetched"),
        ("//example.com/schema.yaml", "nothing is fetched"),
        ("http://[/x", "is not a reference"),
        ("#name", "is not a JSON Pointer"),
        ("missing.yaml", "the file missing.yaml cannot be read: No such file"),
        ("schemas", "the file schemas cannot be read"),
        ("pipe", "it is not a regular file"),
        ("link.yaml", "the file link.yaml is outside the folder of the document"),
        ("other.yaml#/no/such", "other.yaml has no such part"),
        ("loop.yaml", "leads to itself"),
        ("broken.yaml", "broken.yaml, line 2, is not YAML"),
        ("binary.yaml", "it is not UTF-8 text"),
    ],
)
def test_a_reference_reads_files_of_the_folder_alone(tmp_path, reference, told):
    """Nothing outside the folder is read, nothing is fetched, and what cannot be read is told in one sentence."""
    folder = tmp_path / "folder"
    write(tmp_path, {"secret": 1}, "outside.yaml")
    write(folder, {"type": "object"}, "schemas/inside.yaml")
    write(folder, {"$ref": "loop.yaml"}, "loop.yaml")
    write(folder, {}, "other.yaml")
    write(folder, "a: [1\nb: 2", "broken.yaml")
    (folder / "binary.yaml").write_bytes(b"a: \xff")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    os.mkfifo(folder / "pipe")
    with pytest.raises(ConfigurationError) as raised:
        read_document(write(folder, refer(reference)), name="own.yaml")
    assert told in str(raised.value)
    assert str(raised.value).startswith("the OpenAPI document own.yaml cannot be used: ")
    assert len(str(raised.value).splitlines()) == 1


def test_a_path_item_that_leads_to_itself_is_refused(tmp_path):
    """What is written in the place of its reference cannot contain itself."""
    step = LINK.replace("/", "~1")
    document = changed(lambda found: found["paths"].update({LINK: {"$ref": f"other.yaml#/paths/{step}"}}))
    write(tmp_path, document, "other.yaml")
    with pytest.raises(ConfigurationError, match="leads to itself"):
        read_document(write(tmp_path, document))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("- 1\n", "is not a mapping"),
        ("<!doctype html>", "is not a mapping"),
        ("a: [1\nb: 2", "line 2, is not YAML"),
        ('{"a": ', "is not JSON"),
        ('{"a": NaN}', "NaN is not a value of JSON"),
        ('{"a":' * 50_000, "nested too deeply"),
        ("[" * 5000, "nested too deeply"),
        ("a: !!python/object:os.system x\n", "makes it a tag"),
        ("openapi: 3.1.0\nopenapi: 3.1.0\n", "line 2, has the key openapi again"),
        ('{"openapi": "3.1.0", "paths": {"/a": {}, "/a": {}}}', 'has the key "/a" again; keep one'),
        ("{1: 2}: 3\n", "is not"),
        ("a: &a [*a]\n", "inside the value that it refers to"),
        (bomb(), "once its aliases are replaced"),
        ("x: " + "y" * (MAX_BYTES + 1), "have more than 4096 KiB"),
        ("x: \x00", "not YAML"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_no_document_is_told_in_one_sentence(tmp_path, text, told):
    """Broken, empty, huge, deep and self-expanding files are refused, with the name of the document."""
    with pytest.raises(ConfigurationError) as raised:
        read_document(write(tmp_path, text, "own.txt"))
    assert told in str(raised.value)
    assert "own.txt" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_all_files_together_are_bounded(tmp_path):
    """Files that are small each are refused where they are too large together."""
    parts = {f"part{number}.yaml": f"type: object\ndescription: {'x' * (MAX_BYTES // 4)}\n" for number in range(5)}
    for name, text in parts.items():
        write(tmp_path, text, name)
    document = changed(lambda found: action(found).update(allOf=[{"$ref": name} for name in parts]))
    with pytest.raises(ConfigurationError, match="the files of the document have more than 4096 KiB"):
        read_document(write(tmp_path, document))


def test_a_reference_to_nothing_of_a_mapping_is_an_error_of_the_contract():
    """The bundle itself raises its own error, which says what leads nowhere."""
    with pytest.raises(ContractError, match=r"`\$ref` a.yaml#/x in root.yaml leads nowhere: a.yaml has no such part"):
        bundled("root.yaml", {"root.yaml": {"paths": {"$ref": "a.yaml#/x"}}, "a.yaml": {}}.__getitem__)
