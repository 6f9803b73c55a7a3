"""Ids and limits of a targets file are read as written, so that no other record is ever meant."""

from __future__ import annotations

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets_file import read_targets

OMNEO = """\
targets:
  one:
    api: omneo
    base_url: https://api.example.com/api
    token: secret-value
    fixtures:
      appointments: [900001, 900002]
      profiles: [9b461544-f0db-44b6-8a11-0242ac120002, 9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55]
      lists: [204]
      absent_appointment: 987654321
"""


def read(tmp_path, text):
    """Read the targets of a file."""
    path = tmp_path / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return read_targets(path, (), {})


def refusal(tmp_path, text):
    """Return the sentence with which a file is refused."""
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert "secret-value" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "written", ["0100", "0x10", "0b11", "1:30", "1_000", "1.0e+22", "+204", "-204", "9" * 19, "204.5", '"204\\n"']
)
def test_a_number_that_could_mean_another_is_refused(tmp_path, written):
    """Octal, hexadecimal and other spellings of a number are not ids, as they could name another record."""
    sentence = refusal(tmp_path, OMNEO.replace("[204]", f"[{written}]"))
    assert "targets.one.fixtures.lists.0" in sentence


@pytest.mark.parametrize("written", ["204", '"204"', "204.0"])
def test_a_number_is_the_same_text_however_it_is_written(tmp_path, written):
    """A number, its digits as text, and the number with a fraction of zero are the same id."""
    (target,) = read(tmp_path, OMNEO.replace("[204]", f"[{written}]"))
    assert target.fixtures.lists == ("204",)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[900001, 900002]", '[900001, "900001"]', "appointments"),
        ("987654321", "900002", "absent_appointment"),
        ("9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55", "9B461544-F0DB-44B6-8A11-0242AC120002", "profiles"),
        ("[204]", '[204, "204"]', "lists"),
    ],
)
def test_fixtures_that_are_one_record_are_refused(tmp_path, old, new, place):
    """A file that names the same record in two fixtures is refused, as scenarios need two different ones."""
    sentence = refusal(tmp_path, OMNEO.replace(old, new))
    assert f"targets.one.fixtures.{place}" in sentence
    assert "twice" in sentence


@pytest.mark.parametrize("url", ["http://[::1/v1", "http://api.example.com:99999/v1", "http://api.example.com:0/v1"])
def test_a_url_that_cannot_be_read_is_refused(tmp_path, url):
    """A base URL without a usable host and port is refused before anything is sent."""
    assert "targets.one.base_url" in refusal(tmp_path, OMNEO.replace("https://api.example.com/api", url))


@pytest.mark.parametrize(
    "url",
    ["http://user:pass-word", "http://user:pass-word@[::1", "http://user:pass-word@", "http://u:pass-word%E2%82%AC@h"],
)
def test_a_proxy_without_a_host_is_refused_and_not_quoted(tmp_path, url):
    """A proxy without a host is refused, and its password is not shown."""
    sentence = refusal(tmp_path, f'{OMNEO}    proxy: "{url}"\n')
    assert "targets.one.proxy" in sentence
    assert "pass-word" not in sentence


@pytest.mark.parametrize("seconds", ["14400", '"14400"', "0.5", '"0.5"'])
def test_a_bound_is_a_number_or_its_digits(tmp_path, seconds):
    """Seconds may be a number or text, as a variable gives text."""
    (target,) = read(tmp_path, f"{OMNEO}    limits: {{max_seconds: {seconds}}}\n")
    assert target.limits.max_seconds == float(seconds.strip('"'))


@pytest.mark.parametrize("seconds", [".inf", ".nan", "1e10", "86401", "0", '"0.5\\n"'])
def test_a_bound_that_is_none_is_refused(tmp_path, seconds):
    """A time limit is a number of seconds within a day."""
    sentence = refusal(tmp_path, f"{OMNEO}    limits: {{timeout_seconds: {seconds}}}\n")
    assert "targets.one.limits.timeout_seconds" in sentence


def test_a_name_that_is_no_text_is_refused(tmp_path):
    """A target whose name is a number is refused with its line and what to do."""
    sentence = refusal(tmp_path, OMNEO.replace("one:", "2024:"))
    assert "line 2" in sentence
    assert "put it in quotes" in sentence


@pytest.mark.parametrize(
    "token",
    [
        "*secret-value",
        "!secret-value x",
        "'secret-value\\n\\n",
        "secret\u00a0value",
        "{{ secret-value }}",
        "!!bool secret-value",
    ],
)
def test_a_token_that_is_no_yaml_is_not_quoted(tmp_path, token):
    """The message says what is wrong with a token without showing it."""
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, OMNEO.replace("secret-value", token))
    assert "secret" not in str(caught.value)
    assert "targets.yaml" in str(caught.value)


def test_a_token_that_ends_in_a_line_end_is_refused(tmp_path):
    """A line end after a token is not part of it."""
    assert "targets.one.token" in refusal(tmp_path, OMNEO.replace("secret-value", '"secret-value\\n"'))
