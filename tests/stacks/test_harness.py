"""The harness starts what a `stack.toml` describes, says why it cannot, and lists only what the suite can accuse."""

from __future__ import annotations

import http.client
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from harness import PREFIXES, RECORDS, Stack, read, served, stacks

from appointment_conformance.api import load_apis
from appointment_conformance.engine.requirement import MUST

PAGE = Path(__file__).parents[2] / "docs" / "real-stacks.md"
EMPTY = Stack(
    folder=Path(__file__).parent,
    title="nothing but a web server",
    server="http",
    command=("{python}", "-m", "http.server", "{port}", "--bind", "127.0.0.1"),
)


def test_an_application_answers_while_its_target_is_needed_and_not_afterwards(tmp_path):
    """What is started is stopped again, and both at the address that the target has."""
    with served(EMPTY, "omneo", tmp_path / "log") as target:
        address = urlsplit(target.base_url)
        asked = http.client.HTTPConnection(address.netloc)
        asked.request("GET", "/")
        assert asked.getresponse().status == 200
        asked.close()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(address.netloc).connect()


def test_an_application_that_ends_at_once_is_told_with_what_it_wrote(tmp_path):
    """The code and the reason stand in the error, which is not that of an application that is slow to start."""
    broken = replace(EMPTY, command=("{python}", "-c", "raise SystemExit('no database')"))
    with pytest.raises(RuntimeError, match=r"ended with 1:\nno database"), served(broken, "omneo", tmp_path / "log"):
        pytest.fail("it has no answer")


def test_what_has_to_be_installed_is_named():
    """A test is skipped with the names of what is missing, and only with those."""
    assert replace(EMPTY, modules=("json", "surely_nobody_has_this")).missing() == "surely_nobody_has_this"
    assert EMPTY.missing() == ""


def test_what_is_truly_wrong_may_hold_for_one_server_alone(tmp_path):
    """An entry that names servers counts for those, one that names none counts for all."""
    (tmp_path / "stack.toml").write_text(
        'title = "x"\n[servers.one]\ncommand = ["a"]\n[servers.two]\ncommand = ["b"]\n'
        '[[truly_wrong]]\nrequirement = "A"\noperation = "link"\nreason = "why"\n'
        '[[truly_wrong]]\nrequirement = "B"\noperation = "link"\nreason = "why"\nservers = ["two"]\n',
        "utf-8",
    )
    one, two = read(tmp_path / "stack.toml")
    assert (one.accused, two.accused) == ({("A", "link")}, {("A", "link"), ("B", "link")})


@pytest.mark.parametrize("stack", stacks(), ids=lambda stack: stack.name)
def test_what_is_listed_as_truly_wrong_is_a_must_of_the_suite(stack):
    """An entry names a requirement and an operation that exist, with a reason."""
    musts = {
        (one.id, name)
        for api in PREFIXES
        for one in load_apis()[api].catalogue
        if one.level == MUST
        for name in one.operations
    }
    assert stack.accused <= musts
    assert all(one.reason for one in stack.truly_wrong)


@pytest.mark.parametrize("stack", stacks(), ids=lambda stack: stack.name)
def test_the_page_tells_of_every_application(stack):
    """docs/real-stacks.md has each application, with its server, and all that it is rightly accused of."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    (told,) = [row for row in rows if row.startswith(f"| {stack.title} |")]
    assert f"`{stack.server}`" in told
    wrong = {one.requirement for one in stack.truly_wrong}
    assert wrong <= {row.split("`")[1] for row in rows if f" | {stack.title} |" in row and "`" in row}


def test_records_of_one_application_alone_stand_beside_those_of_all(tmp_path):
    """Its keys reach the application and its target; what every application has stays."""
    (tmp_path / "stack.toml").write_text(
        'title = "x"\n[servers.one]\ncommand = ["a"]\n[records]\nsecond_token = "b"\n'
        "[records.omneo]\nforeign_appointments = [7]\n",
        "utf-8",
    )
    (one,) = read(tmp_path / "stack.toml")
    assert one.records["second_token"] == "b"
    assert one.records["omneo"] == RECORDS["omneo"] | {"foreign_appointments": [7]}
    assert one.records["mijnklantportaal"] == RECORDS["mijnklantportaal"]
