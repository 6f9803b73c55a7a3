"""The targets file is read as documented, and each mistake in it gets one sentence that names the place."""

from __future__ import annotations

import os
from textwrap import dedent

import pytest
from own_targets import SMALL_FILE

from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets_file import read_targets

SECRETS = {"OMNEO_TOKEN": "o", "OMNEO_READ_ONLY_TOKEN": "r", "MKP_TOKEN": "m", "MKP_READ_TOKEN": "n"}
DOCUMENTED = """\
targets:
  omneo-staging:
    api: omneo
    base_url: https://api.example.com/api
    token: ${OMNEO_TOKEN}
    forbidden_token: ${OMNEO_READ_ONLY_TOKEN}        # optional
    fixtures:
      appointments: [900001, 900002]
      profiles: [9b461544-f0db-44b6-8a11-0242ac120002, 9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55]
      lists: [204, 317]
      absent_appointment: 987654321
  mkp-staging:
    api: mijnklantportaal
    base_url: https://staging.example.com/v1
    token: ${MKP_TOKEN}
    forbidden_token: ${MKP_READ_TOKEN}
    fixtures:
      appointments: [apt_own0001, apt_own0002]
      pending_appointments: [apt_pen0001]
    limits: {requests_per_minute: 60, max_requests: 120, timeout_seconds: 10}
"""


@pytest.fixture
def read(tmp_path):
    """Read a file of the given text."""

    def reading(text, *names, environ=SECRETS):
        path = tmp_path / "targets.yaml"
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return read_targets(path, names, environ)

    return reading


def refusal(read, text, *names, environ=SECRETS):
    """Return the sentence with which a file is refused."""
    with pytest.raises(ConfigurationError) as caught:
        read(text, *names, environ=environ)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_documented_file_works_as_it_stands(read):
    """Both targets are read in order, with variables resolved, numbers as text and limits as numbers."""
    omneo, mkp = read(DOCUMENTED)
    assert (omneo.name, omneo.api, omneo.token, omneo.forbidden_token) == ("omneo-staging", "omneo", "o", "r")
    assert omneo.fixtures.appointments == ("900001", "900002")
    assert (omneo.fixtures.lists, omneo.absent_appointment) == (("204", "317"), "987654321")
    assert (mkp.token, mkp.limits.requests_per_minute, mkp.limits.max_requests) == ("m", 60, 120)
    assert mkp.limits.timeout_seconds == 10.0


def test_only_the_variables_of_the_chosen_target_are_needed(read):
    """A target is read by its name, once, without the variables of the others."""
    chosen = read(DOCUMENTED, "mkp-staging", "mkp-staging", environ={"MKP_TOKEN": "m", "MKP_READ_TOKEN": "n"})
    assert [target.name for target in chosen] == ["mkp-staging"]


def test_an_unset_variable_is_named_with_its_key(read):
    """A variable that is not set is refused with its name and the key that needs it."""
    sentence = refusal(read, DOCUMENTED, environ={})
    assert "OMNEO_TOKEN" in sentence
    assert "targets.omneo-staging.token" in sentence


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("base_url", "bse_url", ("line 4", "`bse_url`", "did you mean `base_url`?")),
        ("appointments:", "appointment:", ("line 7", "`appointment`", "did you mean `appointments`?")),
        ("    token: secret-value\n", "", ("line 2", "`token`, `token_command`, `oauth2`")),
        ("token: secret-value", "token_command: ['']", ("line 5", "token_command.0", "not be empty")),
        ("mijnklantportaal", "mijnportaal", ("line 3", "targets.one.api", "omneo, mijnklantportaal")),
        ("apt_a1", "a1", ("line 7", "targets.one.fixtures.appointments.0", "^apt_")),
        ("[apt_a1]", "[apt_a1, apt_a1]", ("line 7", "twice")),
        ("[apt_a1]", "[]", ("line 7", "at least 1 entry.")),
        ("/v1", "/v1\n    limits: {timeout_seconds: 100000}", ("line 5", "timeout_seconds", "at most 86400.")),
        ("https://api.example.com/v1", "api.example.com", ("line 4", "targets.one.base_url")),
        ("targets:", "target:", ("line 1", "`target`", "did you mean `targets`?")),
    ],
)
def test_a_mistake_is_named_with_line_key_and_remedy(read, old, new, parts):
    """A typo, a missing key or a wrong value is refused in one sentence with file, line, key and remedy."""
    sentence = refusal(read, SMALL_FILE.replace(old, new))
    assert "targets.yaml" in sentence
    assert all(part in sentence for part in parts), sentence


@pytest.mark.parametrize(
    "value", ["[secret-value]", "{secret-value: secret-value}", "'secret value'", "'secr\u00e9t-value'"]
)
def test_a_secret_of_the_wrong_type_is_never_quoted(read, value):
    """The refusal of a wrong token names the key and not the value."""
    sentence = refusal(read, SMALL_FILE.replace("secret-value", value))
    assert "targets.one.token" in sentence
    assert "value" not in sentence.replace("targets.yaml", "")


def test_a_wrong_value_from_a_variable_is_not_quoted(read):
    """A value that is wrong once its variable is resolved is refused without being shown."""
    sentence = refusal(read, SMALL_FILE.replace("secret-value", "${MKP_TOKEN}"), environ={"MKP_TOKEN": "two words"})
    assert "targets.one.token" in sentence
    assert "words" not in sentence


@pytest.mark.parametrize(
    ("name", "part"), [("gone.pem", "No such file"), ("targets.yaml", "not contain a certificate")]
)
def test_an_authority_that_cannot_be_used_is_refused(read, name, part):
    """A file of authorities that is missing, or contains none, is refused with its key and the reason."""
    sentence = refusal(read, f"{SMALL_FILE}    ca_file: {name}\n")
    assert "targets.one.ca_file" in sentence
    assert part in sentence


@pytest.mark.parametrize("key", ["ca_file", "deviations"])
@pytest.mark.parametrize(
    ("name", "part"),
    [('"a\\0b"', "control character"), ('"a\\nb"', "control character"), ("x" * 5000, "too long"), (".", "cannot be")],
)
def test_a_path_that_is_none_is_refused(read, key, name, part):
    """A path with a control character, one that is too long, and a directory get one sentence each."""
    with pytest.raises(ConfigurationError, match=part) as caught:
        read_deviations(read(f"{SMALL_FILE}    {key}: {name}\n")[0].deviations)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are not there on Windows")
@pytest.mark.parametrize("key", ["ca_file", "deviations"])
def test_a_file_that_a_target_names_is_no_pipe(read, tmp_path, key):
    """A pipe, which can block a run or be read only once, is refused."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="not a regular file"):
        read_deviations(read(f"{SMALL_FILE}    {key}: pipe\n")[0].deviations)


def test_a_variable_that_is_no_text_is_named(read):
    """Bytes that are not UTF-8 are refused with the variable that contains them, for any key."""
    sentence = refusal(read, f"{SMALL_FILE}    description: ${{OTHER}}\n", environ={"OTHER": "x\udcff"})
    assert "line 8: `targets.one.description`: the environment variable OTHER holds bytes" in sentence


def test_the_files_of_a_target_are_found_beside_the_targets_file(read, tmp_path, self_signed):
    """`ca_file` and `deviations` are relative to the targets file, not to the working directory."""
    (target,) = read(f"{SMALL_FILE}    ca_file: {self_signed[1].name}\n    deviations: known.yaml\n")
    assert (target.ca_file, target.deviations) == (self_signed[1], tmp_path / "known.yaml")


@pytest.mark.parametrize("proxy", ["proxy.example.com:3128", "socks5://user:pass-word@proxy.example.com"])
def test_a_proxy_that_is_none_is_refused_and_not_quoted(read, proxy):
    """A proxy without `http://` is refused with its key; its value may contain a password and is not shown."""
    sentence = refusal(read, f"{SMALL_FILE}    proxy: {proxy}\n")
    assert "targets.one.proxy" in sentence
    assert "pass-word" not in sentence


def test_the_proxys_password_is_not_in_the_targets_text(read):
    """The password of a proxy is tracked as a secret and is not shown in the text form of a target."""
    (target,) = read(f"{SMALL_FILE}    proxy: http://user:pass%2Dword@proxy.example.com:3128\n")
    assert target.secrets()["PROXY_PASSWORD"] == "pass-word"
    assert "pass" not in repr(target)


def test_a_key_that_stands_twice_is_refused(read):
    """A duplicate key is refused with both of its lines."""
    sentence = refusal(read, SMALL_FILE + "    api: omneo\n")
    assert "line 8" in sentence
    assert "line 3" in sentence
    assert "`api`" in sentence


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("targets: [", "not YAML"),
        ("targets:\n\t- x", "not YAML"),
        ("a: &a [*a, !!python/object/apply:os.system [exit]]", "not YAML"),
        ("", "the file"),
        ("- targets", "the file"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("targets: {}", "at least one"),
        ("[" * 5000, "not YAML"),
    ],
)
def test_what_is_no_targets_file_is_refused(read, text, part):
    """Text that is not YAML, not UTF-8 or not a mapping is refused in one sentence."""
    assert part in refusal(read, text)


def test_a_missing_file_is_named(tmp_path):
    """A file that does not exist is named, and so is a directory."""
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(ConfigurationError, match=f"{path.name}.*cannot be read"):
            read_targets(path, (), {})


def test_an_unknown_target_is_refused_with_a_suggestion(read):
    """For an unknown target, the closest known one is suggested."""
    assert "did you mean `mkp-staging`?" in refusal(read, DOCUMENTED, "mkp-stagin")


def test_a_variable_cannot_become_yaml(read):
    """The value of a variable stays one text, even if it looks like YAML."""
    hostile = "{OTHER}:&x}#[*a]"
    (target,) = read(SMALL_FILE.replace("secret-value", "${MKP_TOKEN}"), environ={"MKP_TOKEN": hostile, "OTHER": "x"})
    assert target.token == hostile


def test_identifiers_from_variables_are_checked_once_resolved(read):
    """A fixture may come from a variable; its value must have the right form."""
    text = SMALL_FILE.replace("apt_a1", "'${APPOINTMENT}'")
    (target,) = read(text, environ={"APPOINTMENT": "apt_b2"})
    assert target.fixtures.appointments == ("apt_b2",)
    assert "line 7" in refusal(read, text, environ={"APPOINTMENT": "900001"})


OPTIONAL = """\
    forbidden_token: secret-forbidden
    expired_token: secret-expired
    second_token: secret-second
"""


def test_a_target_shows_no_token(read):
    """The text form of a target contains none of its tokens, and each is tracked under its own name."""
    (target,) = read(SMALL_FILE + OPTIONAL)
    assert "secret-" not in repr(target)
    named = {key: value for key, value in target.secrets().items() if key.partition("_")[0] in {"EXPIRED", "SECOND"}}
    assert named == {"EXPIRED_TOKEN": "secret-expired", "SECOND_TOKEN": "secret-second"}


@pytest.mark.parametrize("key", ["forbidden", "expired", "second"])
def test_one_token_under_two_keys_is_refused(read, key):
    """A token under two keys is refused with both keys, and is not shown."""
    sentence = refusal(read, SMALL_FILE + OPTIONAL.replace(f"secret-{key}", "secret-value"))
    assert f"{key}_token is token;" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("foreign", "twin"), [("[apt_b1, apt_a1]", "apt_a1"), ("[apt_n1]", "apt_n1"), ("[apt_p1, apt_b1]", "apt_p1")]
)
def test_a_foreign_appointment_is_another_one(read, foreign, twin):
    """A foreign id is neither a fixture nor the absent id; its number and its text are the same id."""
    own = SMALL_FILE.replace(
        "[apt_a1]", "[apt_a1]\n      absent_appointment: apt_n1\n      pending_appointments: [apt_p1]"
    )
    sentence = refusal(read, f"{own}      foreign_appointments: {foreign}\n")
    assert "fixtures.foreign_appointments" in sentence
    assert twin in sentence
    (target,) = read(f"{own}      foreign_appointments: [apt_b1, apt_c1]\n")
    assert target.fixtures.foreign_appointments == ("apt_b1", "apt_c1")
