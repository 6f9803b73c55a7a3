"""A secret that cannot be a token is refused with its variable and the reason, and is never quoted."""

from __future__ import annotations

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets_file import read_targets

TARGET = """\
targets:
  one:
    api: mijnklantportaal
    base_url: https://api.example.com/v1
    {key}: {token}
    fixtures: {{appointments: [apt_a1]}}
"""
SECRET = "Pa55ItsWord"


@pytest.fixture
def refusal(tmp_path):
    """Return the sentence with which a token is refused; it must not show the token."""

    def refused(token, value=None, key="token"):
        path = tmp_path / "targets.yaml"
        more = "" if key == "token" else "    token: other-value\n"
        path.write_text(TARGET.format(key=key, token=token) + more, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            read_targets(path, (), {} if value is None else {"MKP_TOKEN": value})
        sentence = str(caught.value)
        assert "\n" not in sentence
        assert SECRET[:6].lower() not in sentence.lower()
        assert "pattern" not in sentence
        return sentence

    return refused


FLAWS = [
    ("", "is empty"),
    (" \n", "is empty"),
    (f"{SECRET}\n", "line end"),
    (f"{SECRET}\r\n", "line end"),
    (f" {SECRET}", "white space"),
    (f"Bearer {SECRET}", "`Bearer`"),
    (f"bearer  {SECRET}", "`Bearer`"),
    (f"Authorization: Bearer {SECRET}", "`Bearer`"),
    (f'"{SECRET}"', "quotes"),
    (f"'{SECRET}'", "quotes"),
    (f"\ufeff{SECRET}", "byte order mark"),
    (f"{SECRET}\n{SECRET}", "line end"),
    (f"{SECRET}\x00", "control character"),
    (f"{SECRET}\x85x", "control character"),
    (f"{SECRET} {SECRET}", "white space"),
    (f"{SECRET}\u00a0x", "white space"),
    (f"{SECRET}\u00e9", "not ASCII"),
    (f"{SECRET}\u200b", "not ASCII"),
    ("${MKP_TOKEN}", "variable that was not resolved"),
    (f"x${{{SECRET}", "variable that was not resolved"),
    (f"${SECRET}", "variable that was not resolved"),
    (f"$env:{SECRET}", "variable that was not resolved"),
    (f"%{SECRET}%", "variable that was not resolved"),
    (f"{{{{ {SECRET} }}}}", "variable that was not resolved"),
    (f"${{{{{SECRET}}}}}", "variable that was not resolved"),
    (f"$(cat {SECRET})", "variable that was not resolved"),
    (f"{SECRET}" * 10_000, "longer than 65536 characters"),
]


@pytest.mark.parametrize(("value", "flaw"), FLAWS)
def test_a_variable_that_holds_no_token_is_named(refusal, value, flaw):
    """The sentence names line, key and variable, and says what is wrong with the value."""
    sentence = refusal("${MKP_TOKEN}", value)
    assert "line 5: `targets.one.token`: the environment variable MKP_TOKEN " in sentence
    assert flaw in sentence


@pytest.mark.parametrize("key", ["forbidden_token", "expired_token", "second_token"])
def test_every_key_of_a_secret_is_looked_at(refusal, key):
    """The other tokens are checked in the same way."""
    assert f"targets.one.{key}`: the environment variable MKP_TOKEN ends with a line end" in refusal(
        "${MKP_TOKEN}", f"{SECRET}\n", key
    )


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("''", "`targets.one.token` is empty"),
        (f'"{SECRET}\\n"', "`targets.one.token` ends with a line end"),
        (f"Bearer {SECRET}", "`targets.one.token` begins with `Bearer`"),
        ("$MKP_TOKEN", "`targets.one.token` looks like a variable"),
        ("'%MKP_TOKEN%'", "`targets.one.token` looks like a variable"),
        ("'{{ MKP_TOKEN }}'", "`targets.one.token` looks like a variable"),
        ("$${MKP_TOKEN}", "`targets.one.token` looks like a variable"),
        ("$${", "`targets.one.token` looks like a variable"),
        ("Bearer ${MKP_TOKEN}", "with the environment variable MKP_TOKEN in it, begins with `Bearer`"),
        ("${NONE:-}", "with the environment variable NONE in it, is empty"),
        ("${NONE:-${MKP_TOKEN}}", "the `${...}` of NONE contains another variable"),
        ("${MKP_TOKEN:-${NONE}}", "the `${...}` of MKP_TOKEN contains another variable"),
        ("${NONE:?${MKP_TOKEN}}", "the `${...}` of NONE contains another variable"),
        ("${NONE}", "the environment variable NONE is needed: it is not set; set it first"),
        ("", "`targets.one.token` is empty"),
        ("12345678", "`targets.one.token` must be text; put it in quotes"),
        ("true", "`targets.one.token` must be text; put it in quotes"),
    ],
)
def test_a_token_in_the_file_is_looked_at_as_well(refusal, written, flaw):
    """A token that is written in the file itself, around a variable or as its default, is checked too."""
    assert flaw in refusal(written, SECRET)


@pytest.mark.parametrize("sign", ["&", "*", "|", ">", "%", "@", "`", "}", "<<"])
def test_a_token_that_begins_with_a_sign_of_yaml_is_to_be_quoted(refusal, sign):
    """The sentence names the character and says what to do, whatever message the parser gave."""
    written = sign if sign == "<<" else f"{sign}{SECRET}'s"
    assert f"line 5: this is not YAML: a value begins with `{sign}`" in refusal(written)
    assert "put it in quotes" in refusal(written)


@pytest.mark.parametrize("user", ["$PROXY_USER:word", "name:$PROXY_PASSWORD", "name:%PROXY_PASSWORD%"])
def test_a_proxy_with_a_variable_that_was_not_resolved_is_refused(refusal, user):
    """Neither name nor password of a proxy is sent as the name of a variable."""
    assert "variable that was not resolved" in refusal(f"x\n    proxy: 'http://{user}@proxy.example.com:3128'")


def test_a_wrong_value_of_another_key_names_its_variable_too(refusal):
    """For every value that comes from a variable, not only for secrets, the variable is named."""
    sentence = refusal("x\n    read_only: '${MKP_TOKEN}'", SECRET)
    assert "`targets.one.read_only`: the environment variable MKP_TOKEN must be of type boolean" in sentence


def test_a_target_that_is_not_chosen_is_looked_at_as_far_as_it_can_be(tmp_path):
    """In a target that is not run, a literal value is checked, and one with a variable is not."""
    path = tmp_path / "targets.yaml"
    two = TARGET.partition("\n")[2].replace("one:", "two:").format(key="token", token="second-value")
    path.write_text(TARGET.format(key="token", token="${NONE}") + two, encoding="utf-8")
    assert [target.name for target in read_targets(path, ["two"], {})] == ["two"]
    path.write_text(TARGET.format(key="token", token="$${NONE}") + two, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"targets\.one\.token"):
        read_targets(path, ["two"], {})


@pytest.mark.parametrize(
    "line",
    [
        'allow_production: "$${"',
        'read_only: "$${"',
        'provision: "$${x}"',
        'limits: {max_requests: "$${"}',
        'limits: {timeout_seconds: "$${1}"}',
        'limits: "$${"',
        'environment: "$${"',
        'unstable: "$${"',
        'proxy: "$${"',
        'description: ["$${"]',
        'allow_production: "${FLAG}"',
        'limits: {max_requests: "${FLAG}"}',
        'environment: "${FLAG}"',
    ],
)
def test_a_value_is_checked_as_it_resolves(tmp_path, line):
    """No spelling of `${` avoids the schema: a wrong type gets one sentence with its line and key."""
    path = tmp_path / "targets.yaml"
    path.write_text(f"{TARGET.format(key='token', token='own-value')}    {line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"line 7: `targets\.one\.{line.partition(':')[0]}[^\n]*\Z"):
        read_targets(path, (), {"FLAG": "${"})


def test_a_literal_dollar_brace_may_stand_where_any_text_may(tmp_path):
    """A description and a path may contain `${`."""
    path = tmp_path / "targets.yaml"
    more = '    description: "a $${b} c"\n    deviations: "$${x}.yaml"\n'
    path.write_text(TARGET.format(key="token", token="own-value") + more, encoding="utf-8")
    (target,) = read_targets(path, (), {})
    assert target.description == "a ${b} c"
    assert target.deviations == tmp_path / "${x}.yaml"
