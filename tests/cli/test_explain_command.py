"""`explain` and `requirements`: what they show, as text and as JSON, and what they say to an id that is none."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from appointment_conformance import api as api_module
from appointment_conformance.api import Apis, load_apis
from appointment_conformance.cli.explain import explained, lines
from appointment_conformance.cli.main import main

IDS = {one.id for api in load_apis().values() for one in api.catalogue}


def said(*arguments, code=0, columns=80):
    """Return what a command prints on standard output, or on standard error where it fails."""
    done = CliRunner().invoke(main, arguments, env={"COLUMNS": str(columns)})
    assert done.exit_code == code, done.output
    return done.stderr if code else done.stdout


def test_a_requirement_is_explained_on_one_page():
    """Statement, level, source, each request with its body, accepted answers and faults are there."""
    text = said("explain", "OMN-PATH-02")
    for part in (
        "OMN-PATH-02  MUST for link, unlink",
        "Text that only resembles an appointment's number",
        "source: Omneo, Unlink Appointment, path parameter: integer",
        "accepted: status 404, or another 4xx",
        '  POST /v3/appointments/{appointment}xyz/link\n    {"type":"profile","id":"{profile}"}\n',
        "    as path/letters-after, in paths",
        "faults that prove it:\n  path-letters-ignored",
    ):
        assert part in text


def test_the_places_of_the_contract_that_it_reads_are_shown():
    """What `contract check` compares a difference with is there, in text and as JSON."""
    places = ["/requestBody/content/application~1json/schema/properties/type/enum", "/responses/422/"]
    shown = "".join(f"  {place}\n" for place in places)
    assert f"\nreads in the contract, below its operations:\n{shown}\n" in said("explain", "OMN-TYPE-01")
    (part,) = json.loads(said("explain", "OMN-TYPE-01", "--json"))["apis"]
    assert part["reads"] == places


def test_only_headers_that_are_the_point_are_shown():
    """Wrong credentials are shown with a name for the token, missing ones as missing, valid ones not at all."""
    assert "    Authorization: Bearer <unknown token>" in said("explain", "OMN-AUTH-02")
    assert "    no header Authorization" in said("explain", "MKP-AUTH-01")
    assert "Authorization" not in said("explain", "OMN-PATH-01")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_a_line_fits_the_console(columns):
    """No line of any explanation is wider than the console, nor than what is read with ease."""
    shown = [line for name in IDS for line in lines(explained(name, load_apis()), width=columns)]
    assert [line for line in shown if len(line) > min(columns, 100)] == []
    assert max(map(len, said("explain", "OMN-PATH-02", columns=columns).splitlines())) <= min(columns, 100)


def test_what_an_answer_shows_the_effect_of_is_told():
    """Where a read or a later action is looked at, the requests whose effect it shows are there, of each operation."""
    text = said("explain", "MKP-EFFECT-01")
    read, _, refused = text.partition("  which shows what these have done:\n")
    assert "  GET /appointments/{appointment}\n" in read
    assert "  DELETE /appointments/{appointment}%25\n" in refused
    (part,) = json.loads(said("explain", "OMN-EFFECT-02", "--json"))["apis"]
    shown = {part["requests"][number]["operations"][0] for one in part["accepted"] for number in one.get("shows", [])}
    assert shown == {"link", "unlink"}
    assert "and 7 more" in said("explain", "OMN-EFFECT-02")


def test_an_empty_body_is_told_from_none():
    """A request whose body is empty says so; one without a body has no line for it."""
    assert "/link\n    (an empty body)\n    as raw body/empty" in said("explain", "OMN-BODY-01")
    requests = json.loads(said("explain", "OMN-BODY-01", "--json"))["apis"][0]["requests"]
    assert "" in [one["body"] for one in requests]
    assert "DELETE /appointments/{absent appointment}\n    as path/absent" in said("explain", "MKP-PATH-01")


def test_a_long_list_is_cut_and_json_shows_all():
    """Twelve requests are shown and the rest counted; JSON has each of them once."""
    text, data = said("explain", "OMN-ERR-01"), json.loads(said("explain", "OMN-ERR-01", "--json"))
    (part,) = data["apis"]
    assert text.count("\n  POST ") == 12
    assert f"  and {len(part['requests']) - 12} more; --json shows all" in text
    assert len({json.dumps(one) for one in part["requests"]}) == len(part["requests"]) > 50
    assert {number for one in part["accepted"] for number in one["requests"]} == {*range(len(part["requests"]))}


def test_a_requirement_of_http_is_explained_for_each_api():
    """What all APIs share has a part for each, with the requests of that API."""
    data = json.loads(said("explain", "http-01", "--json"))
    assert [part["api"] for part in data["apis"]] == list(load_apis())
    assert all(f"\n{api.title}:\n" in said("explain", "HTTP-01") for api in load_apis().values())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("OMN-PATH-2", "error: there is no requirement `OMN-PATH-2`; did you mean `OMN-PATH-02`?\n"),
        ("OMN-OBS-01", "error: `OMN-OBS-01` is an open question, which no run judges: "),
        ("DOC-16", "error: `DOC-16` is a finding in the vendor's document, which no run judges: "),
        ("x", "error: there is no requirement `X`; known are OMN-OK-01, "),
    ],
)
def test_an_id_of_no_requirement_gets_a_sentence(name, told):
    """One sentence says what it is instead, or which one may be meant."""
    text = said("explain", name, code=2)
    assert text.startswith(told)
    assert text.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("",)])
def test_explain_without_an_id_says_where_they_are(arguments):
    """It is a usage error that names the command with all ids."""
    assert "`appointment-conformance requirements` lists them" in said("explain", *arguments, code=2)


def test_all_requirements_are_listed():
    """Each is there once, with members that scripts can rely on."""
    rows = json.loads(said("requirements", "--json"))
    assert [row["id"] for row in rows] == list(dict.fromkeys(row["id"] for row in rows))
    assert {row["id"] for row in rows} == IDS
    assert {tuple(row) for row in rows} == {("id", "level", "apis", "operations", "title", "source")}
    (shared,) = (row for row in rows if row["id"] == "HTTP-01")
    assert (shared["apis"], shared["operations"]) == (["omneo", "mijnklantportaal"], ["link", "unlink", "cancel"])
    text = said("requirements", columns=60)
    assert all(f"{name} " in text for name in IDS)
    assert max(map(len, text.splitlines())) <= 60


def test_the_requirements_of_one_api_are_listed():
    """Only those are there, each with the operations of that API; an unknown API gets a sentence."""
    rows = json.loads(said("requirements", "--api", "mijnklantportaal", "--json"))
    assert {row["id"] for row in rows} == {one.id for one in load_apis()["mijnklantportaal"].catalogue}
    assert all(row["operations"] == ["cancel"] for row in rows)
    told = said("requirements", "--api", "omne", code=2)
    assert told == "error: there is no API `omne`; did you mean `omneo`?\n"


@pytest.fixture
def with_another_api(monkeypatch):
    """Have one more API installed, of which nothing is on file, and one that is broken."""
    own = replace(load_apis()["omneo"], name="bookings", title="Bookings", id_prefix="BKG", witnesses=None, proof=None)
    own.__dict__["catalogue"] = tuple(
        replace(one, id=one.id.replace("OMN", "BKG")) for one in load_apis()["omneo"].catalogue
    )
    apis = Apis({**load_apis().loaded, "bookings": own}, {"rooms": "the API `rooms` of the package rooms is broken."})
    monkeypatch.setattr(api_module, "load_apis", lambda: apis)


@pytest.mark.usefixtures("with_another_api")
def test_an_api_of_somebody_else_is_explained():
    """Its ids are known; what is not on file is told as missing, and a broken API does not keep others from it."""
    text = said("explain", "BKG-PATH-02")
    assert "requests: none are stored" in text
    assert "none, so it does not count" in text
    assert "the package rooms is broken" in said("requirements", "--api", "rooms", code=2)
