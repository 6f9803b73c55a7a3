"""`targets list` and `targets schema` say what a targets file has and may have, without any secret."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.targets_file import installed_forms

FILE = """\
x-shared: &shared
  api: mijnklantportaal
  token: ${NOT_SET}
targets:
  first:
    <<: *shared
    base_url: https://${HOST}/v1
    fixtures: {appointments: ['${ID}']}
  second-target:
    api: omneo
    base_url: https://api.example.com/api
    token: Kq7vXw2ZtR9bLmYc4
    description: the other one
    read_only: true
"""


@pytest.fixture
def cli(command):
    """Run the command line."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


def test_the_targets_are_listed_as_they_are_written(cli, tmp_path):
    """Name, API and address, in columns; variables need no value, and keep their place."""
    (tmp_path / "targets.yaml").write_text(FILE)
    done = cli("targets", "list", HOST="staging.example.com")
    assert (done.returncode, done.stderr) == (0, "targets from targets.yaml\n")
    assert done.stdout.splitlines() == [
        "first          mijnklantportaal  https://${HOST}/v1",
        "second-target  omneo             https://api.example.com/api",
    ]


def test_the_list_as_json_has_no_secret(cli, tmp_path):
    """Each target is an object with what is not secret."""
    (tmp_path / "mine.yaml").write_text(FILE)
    done = cli("targets", "list", "--targets", "mine.yaml", "--json")
    first, second = json.loads(done.stdout)
    assert first == {
        "name": "first",
        "api": "mijnklantportaal",
        "base_url": "https://${HOST}/v1",
        "environment": "staging",
        "read_only": False,
        "description": "",
    }
    assert (second["read_only"], second["description"]) == (True, "the other one")
    assert "Kq7v" not in done.stdout + done.stderr


def test_without_a_file_the_built_in_targets_are_listed(cli):
    """These are what `run` judges then; they have no address yet."""
    assert cli("targets", "list").stdout.splitlines()[0].split() == ["reference-omneo", "omneo", "(built", "in)"]
    assert json.loads(cli("targets", "list", "--json").stdout)[0]["base_url"] is None


def test_a_password_in_an_address_is_not_shown(cli, tmp_path):
    """A run refuses it; where the address has a variable that cannot be checked, so it is hidden."""
    (tmp_path / "targets.yaml").write_text(FILE.replace("https://${HOST}", "https://user:pass-word@${HOST}"))
    done = cli("targets", "list")
    assert (done.returncode, "pass-word" in done.stdout + done.stderr) == (0, False)
    assert "https://...@${HOST}/v1" in done.stdout


@pytest.mark.parametrize(
    ("text", "message"), [("targets: {}", "at least one"), ("a: [", "not YAML"), (FILE + "    tokn: x\n", "`tokn`")]
)
def test_a_file_with_a_mistake_ends_with_2(cli, tmp_path, text, message):
    """The sentence is that of a run."""
    (tmp_path / "targets.yaml").write_text(text)
    done = cli("targets", "list")
    assert (done.returncode, done.stdout, message in done.stderr) == (2, "", True)


def test_the_schema_is_printed(cli):
    """It is JSON, describes the file as it is written, and has the keys of every API."""
    done = cli("targets", "schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(installed_forms().written_schema_text)
    assert {"omneoFixtures", "mijnklantportaalFixtures"} <= set(json.loads(done.stdout)["$defs"])
