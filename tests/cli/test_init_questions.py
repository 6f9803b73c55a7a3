"""`init` on a terminal asks for what no option says, and asks again where an answer cannot be used."""

from __future__ import annotations

import pytest
import yaml
from own_targets import PROFILES
from terminals import END_OF_INPUT, interrupted, typed

INIT = ("appointment_conformance", "init", "--no-probe")
URL = "https://api.example.com/api"
SECRET = "Kq7vXw2ZtR9bLmYc4"


def written(tmp_path):
    """Return the target that was written."""
    ((name, entry),) = yaml.safe_load((tmp_path / "targets.yaml").read_text())["targets"].items()
    return name, entry


def test_every_question_is_answered(tmp_path):
    """Api, address, name, tokens and fixtures are asked for, with what the schema says of each."""
    fixtures = ["900001, 900002", ",".join(PROFILES), "204", "987654321", ""]
    answers = ["omneo", URL, "mine", "OWN_TOKEN", "OTHER_TOKEN", "", "", "", *fixtures]
    done = typed(tmp_path, "\n".join([*answers, ""]), *INIT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert written(tmp_path) == (
        "mine",
        {
            "api": "omneo",
            "base_url": URL,
            "token": "${OWN_TOKEN}",
            "forbidden_token": "${OTHER_TOKEN}",
            "fixtures": {
                "appointments": [900001, 900002],
                "profiles": list(PROFILES),
                "lists": [204],
                "absent_appointment": 987654321,
            },
        },
    )
    asked = "Numbers of lists that may be linked; without them the list requirements are untested."
    assert asked in " ".join(done.stdout.split())
    assert "  fixtures.lists: " in done.stdout


def test_an_answer_that_cannot_be_used_is_asked_for_again(tmp_path):
    """The error says what is wrong and shows no token; an empty answer takes the default."""
    answers = [
        "nothing",
        "mijnklantportaal",
        "api.example.com",
        URL,
        "",
        SECRET,
        "",
        "",
        "",
        "",
        "",
        "apt-42",
        "apt_a1",
    ]
    done = typed(tmp_path, "\n".join([*answers, "", "", "", ""]), *INIT)
    assert done.returncode == 0, done.stdout + done.stderr
    name, entry = written(tmp_path)
    assert (name, entry["token"]) == ("mijnklantportaal-staging", "${MIJNKLANTPORTAAL_STAGING_TOKEN}")
    assert entry["fixtures"] == {"appointments": ["apt_a1"]}
    assert "Error: there is no API `nothing`" in done.stdout
    assert "Error: --base-url must begin with http:// or https://." in done.stdout
    assert "Error: --token-variable is not the name of a variable" in done.stdout
    assert "Error: `appointments.0` must match the pattern" in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_a_run_that_makes_its_fixtures_needs_none(tmp_path):
    """Where `provision` is answered, the fixtures may be left empty."""
    answers = ["mijnklantportaal", URL, "", "", "", "", "", "true", *("" for _ in range(6))]
    done = typed(tmp_path, "\n".join([*answers, ""]), *INIT)
    assert done.returncode == 0, done.stdout + done.stderr
    entry = written(tmp_path)[1]
    assert (entry["provision"], "fixtures" in entry) == (True, False)


GIVEN = ("--api", "mijnklantportaal", "--base-url", URL, "--name", "own", "--fixture", "appointments=apt_a1")


def test_what_an_option_says_is_not_asked_for(tmp_path):
    """Only the rest is asked."""
    done = typed(tmp_path, "OWN_TOKEN\n" + "\n" * 7, *INIT, *GIVEN)
    assert (done.returncode, written(tmp_path)[1]["token"]) == (0, "${OWN_TOKEN}")
    assert "  token [OWN_TOKEN]: " in done.stdout
    assert not any(f"  {key}" in done.stdout for key in ("api", "base_url", "name", "fixtures.appointments"))


def test_with_yes_nothing_is_asked(tmp_path):
    """The defaults are used, also on a terminal, and what has none is named."""
    done = typed(tmp_path, "", *INIT, "--yes", *GIVEN)
    assert (done.returncode, written(tmp_path)[1]["token"]) == (0, "${OWN_TOKEN}")
    assert "add --api, --base-url" in typed(tmp_path, "", *INIT, "--yes", "--output", "other.yaml").stderr


@pytest.mark.parametrize(
    "end",
    [
        lambda *run: typed(run[0], f"omneo\n{END_OF_INPUT}", *run[1:]),
        lambda *run: interrupted(run[0], "api (", *run[1:]),
    ],
    ids=["end of input", "interrupt"],
)
def test_a_question_that_is_not_answered_ends_with_130(tmp_path, end):
    """Ctrl-D and Ctrl-C end the command without a file, and never with a code that is a verdict."""
    done = end(tmp_path, *INIT)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
