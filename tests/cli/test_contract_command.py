"""`contract show` and `contract check`: the document for other tools, and what a newer one changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from openapi_spec_validator import validate
from own_documents import action, changed, operation, published, rename_profile, write, write_split

from appointment_conformance.api import load_apis
from appointment_conformance.cli.main import main
from appointment_conformance.reference_targets import reference_target


def said(*arguments, code=0, columns=80):
    """Return what a command prints on standard output, or on standard error where it cannot be run."""
    done = CliRunner().invoke(main, ["contract", *map(str, arguments)], env={"COLUMNS": str(columns)})
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.stderr if code == 2 else done.stdout


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_the_contract_is_written_for_other_tools(tmp_path, api, form, read):
    """It is valid OpenAPI with the overlay applied, as JSON or YAML, on standard output or in a file."""
    document = read(said("show", api, "--format", form))
    validate(document)
    assert document == load_apis()[api].contract.document
    assert said("show", api, "--format", form, "--output", tmp_path / "it") == ""
    assert read((tmp_path / "it").read_text(encoding="utf-8")) == document


def test_the_contract_of_ones_own_document_is_written(tmp_path):
    """With `--document` it is the team's own copy, bundled, with the overlay."""
    document = json.loads(said("show", "omneo", "--document", write_split(tmp_path)))
    assert document == load_apis()["omneo"].contract.document
    person = json.loads(said("show", "omneo", "--document", write(tmp_path, changed(rename_profile), "p.yaml")))
    assert action(person)["properties"]["type"]["enum"] == ["person", "list"]


def test_schemathesis_run_reads_it(tmp_path):
    """Schemathesis runs the contract against an API that conforms to it."""
    with reference_target("reference-omneo") as target:
        said("show", "omneo", "--output", tmp_path / "omneo.json")
        done = subprocess.run(  # noqa: S603 - our own arguments
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run", "omneo.json", "--url", target.base_url),
                *("--phases", "fuzzing", "--max-examples", "3", "--checks", "not_a_server_error", "--seed", "1"),
                *("--header", f"Authorization: Bearer {target.token}", "--generation-database", "none"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 selected / 2 total" in done.stdout


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_the_published_document_does_not_differ(tmp_path, api):
    """The document that is built in has no difference, and the exit code says so."""
    path = write(tmp_path, published(api))
    assert said("check", path, "--api", api).splitlines()[0] == f"{path} does not differ from the built-in document"


def test_a_renamed_value_names_the_requirements_about_it(tmp_path):
    """The operations, the place, both values and the requirements that read it are told, with exit code 1."""
    path = write(tmp_path, changed(rename_profile))
    text = said("check", path, "--api", "omneo", code=1)
    assert text.splitlines()[0] == f"{path} differs from the built-in document in 1 place"
    assert (
        "\nchanged  link, unlink  /requestBody/content/application~1json/schema/properties/type/enum\n"
        '  was: ["profile", "list"]\n'
        '  now: ["person", "list"]\n'
        "  touches: OMN-OK-01, OMN-TYPE-01, OMN-TYPE-02, OMN-BODY-03\n"
    ) in text


def test_the_check_is_told_to_programs(tmp_path):
    """`--json` has the document, each difference and what is in words only."""

    def change(document):
        rename_profile(document)
        action(document)["description"] = "Something else"

    data = json.loads(said("check", write(tmp_path, changed(change)), "--api", "omneo", "--json", code=1))
    (difference,), (words,) = data["differences"], data["in_words_only"]
    assert difference == {
        "change": "changed",
        "operations": ["link", "unlink"],
        "place": "/requestBody/content/application~1json/schema/properties/type/enum",
        "old": '["profile", "list"]',
        "new": '["person", "list"]',
        "requirements": ["OMN-OK-01", "OMN-TYPE-01", "OMN-TYPE-02", "OMN-BODY-03"],
    }
    assert "OMN-ID-03" in words["requirements"]
    assert (data["api"], data["compared_with"], len(data["document"]["sha256"])) == ("omneo", None, 64)


def test_words_count_against_a_former_document_alone(tmp_path):
    """The built-in document is worded anew; between two documents of the vendor the words that are read count."""

    def respell(document):
        status = document["components"]["schemas"]["Appointment"]["properties"]["status"]
        status["description"] = status["description"].replace("canceled", "cancelled")

    new = write(tmp_path, changed(respell, "mijnklantportaal"), "new.yaml")
    old = write(tmp_path, published("mijnklantportaal"), "old.yaml")
    text = said("check", new, "--api", "mijnklantportaal")
    assert "In words, names and samples only, which does not count:" in text
    text = said("check", new, "--api", "mijnklantportaal", "--against", old, code=1)
    assert "  touches: MKP-CANCEL-03\n" in text

    def retitle(document):
        document["components"]["schemas"]["Appointment"]["properties"]["customerId"]["example"] = "cst_1"

    new = write(tmp_path, changed(retitle, "mijnklantportaal"), "new.yaml")
    assert "touches: no requirement" in said("check", new, "--api", "mijnklantportaal", "--against", old)


def test_an_operation_that_is_gone_touches_its_requirements(tmp_path):
    """Each requirement of that operation is named, and none of another one alone."""
    path = write(tmp_path, changed(lambda found: found["paths"].pop("/v3/appointments/{appointment}/unlink")))
    (difference,) = json.loads(said("check", path, "--api", "omneo", "--json", code=1))["differences"]
    assert (difference["change"], difference["operations"], difference["place"]) == ("removed", ["unlink"], "")
    expected = [each.id for each in load_apis()["omneo"].catalogue if "unlink" in each.operations]
    assert difference["requirements"] == expected
    assert "OMN-UNLINK-02" in expected
    assert "OMN-LINK-01" not in expected


def test_what_is_not_judged_does_not_count(tmp_path):
    """Another operation, its schemas and other servers are no difference."""

    def change(document):
        document["paths"]["/v3/profiles"] = {"get": {"responses": {"200": {"description": "All"}}}}
        document["components"]["schemas"]["Profile"] = {"type": "object"}
        document["servers"] = [{"url": "https://eu.example.com"}]

    assert "does not differ" in said("check", write(tmp_path, changed(change)), "--api", "omneo")


def test_standard_input_can_be_checked(command):
    """`-` reads the document from a pipe, as a download gives it."""
    text = json.dumps(changed(rename_profile))
    done = command("appointment_conformance", "contract", "check", "-", "--api", "omneo", text=text)
    assert (done.returncode, done.stderr) == (1, "")
    assert "OMN-TYPE-01" in done.stdout


@pytest.mark.parametrize("columns", [60, 80])
def test_values_fit_the_console(tmp_path, columns):
    """Only a place is longer than a line, as it is copied; long values are cut."""

    def change(document):
        operation(document)["responses"]["409"] = {"description": "long " * 200}

    text = said("check", write(tmp_path, changed(change)), "--api", "omneo", code=1, columns=columns)
    long = [line for line in text.splitlines()[3:] if len(line) > columns and "/responses" not in line]
    assert long == []
    assert len(text) < 1500


@pytest.mark.parametrize(
    ("arguments", "document", "told"),
    [
        (("check", "{}", "--api", "omneo"), "a: [1\nb: 2", "own.yaml, line 2, is not YAML"),
        (("check", "{}", "--api", "omneo"), "a: 1", "own.yaml is not an OpenAPI document: it has no member `openapi`"),
        (("check", "{}", "--api", "omneo"), "swagger: '2.0'", "own.yaml is a document of Swagger"),
        (("check", "{}", "--api", "omneo"), "openapi: 3.1.0", "own.yaml has no `paths`"),
        (("check", "{}/none", "--api", "omneo"), "a: 1", "cannot be read: "),
        (("check", "{}", "--api", "omneo", "--against", "{}"), "a: 1", "is not an OpenAPI document"),
        (("check", "{}", "--api", "omne"), "a: 1", "there is no API `omne`; did you mean `omneo`?"),
        (("check", "{}"), "a: 1", "Missing option '--api'"),
        (("show", "omne"), "a: 1", "there is no API `omne`; did you mean `omneo`?"),
        (("show", "omneo", "--document", "{}"), "a: 1", "own.yaml is not an OpenAPI document"),
        (("show", "omneo", "--output", "{}/x"), "a: 1", "Not a directory"),
    ],
)
def test_what_cannot_be_used_ends_with_2(tmp_path, arguments, document, told):
    """A file, an API or a place to write to that cannot be used is told in a sentence, never with exit code 1."""
    path = str(write(tmp_path, document, "own.yaml"))
    assert told in said(*(argument.replace("{}", path) for argument in arguments), code=2)
