"""A production system is not tested by mistake, and settings that contradict each other are refused."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from own_targets import MKP, OMNEO, full

from appointment_conformance.api import load_apis
from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalProvision
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.admission import check_target

PUBLISHED = "https://api.mijnklantportaal.nl/v1"
EARLIER, LATER = 1_000_000_000, 9_000_000_000


@pytest.mark.parametrize(
    "target",
    [
        replace(OMNEO, environment="production"),
        replace(MKP, environment="production"),
        replace(MKP, base_url=PUBLISHED),
        replace(MKP, base_url="https://API.MijnKlantportaal.nl.:443/v1"),
        replace(MKP, base_url=PUBLISHED, read_only=True),
    ],
    ids=["omneo says so", "mkp says so", "published host", "published host, otherwise written", "reads only"],
)
def test_production_needs_to_be_allowed(target):
    """A target that declares itself production, or has a published host, is refused in one sentence unless allowed."""
    with pytest.raises(ConfigurationError, match="allow_production") as caught:
        check_target(target)
    assert "\n" not in str(caught.value)
    allowed = replace(target, allow_production=True)
    assert check_target(allowed) is allowed


@pytest.mark.parametrize(
    "target",
    [
        OMNEO,
        MKP,
        replace(OMNEO, base_url="https://api.example.getomneo.com/api"),
        replace(MKP, base_url="https://staging.api.mijnklantportaal.nl/v1"),
    ],
    ids=["omneo", "mkp", "a tenant's host", "below the published host"],
)
def test_what_cannot_be_told_from_staging_is_admitted(target):
    """The host of a tenant does not make it production; only the published host itself does."""
    assert check_target(target) is target


def test_the_published_hosts_are_those_of_the_contracts():
    """A published server without a variable in its host is production, and no other host is."""
    hosts = set().union(*(api.form.production_hosts for api in load_apis().values()))
    servers = [server["url"] for api in load_apis().values() for server in api.contract.document["servers"]]
    assert {urlsplit(url).hostname for url in servers if "{" not in url} == hosts


@pytest.mark.parametrize(
    ("key", "as_key"),
    [
        ("forbidden_token", "token"),
        ("expired_token", "token"),
        ("second_token", "token"),
        ("expired_token", "forbidden_token"),
        ("second_token", "forbidden_token"),
        ("second_token", "expired_token"),
    ],
)
def test_one_token_under_two_keys_is_refused(key, as_key):
    """One token cannot be under two keys: the sentence names both keys and what to give, and shows no token."""
    with pytest.raises(ConfigurationError, match=f"{key} is {as_key}; give .*, or remove the key") as caught:
        check_target(replace(full(MKP), **{key: getattr(full(MKP), as_key)}))
    assert "Token" not in str(caught.value)
    assert "\n" not in str(caught.value)


def web_token(**claims):
    """Return a token in the form of a JSON Web Token with these claims."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{payload}.c2ln"


@pytest.mark.parametrize(
    ("key", "end", "word"),
    [
        ("expired_token", LATER, "expires"),
        ("second_token", EARLIER, "expired"),
        ("forbidden_token", EARLIER, "expired"),
    ],
)
def test_a_token_that_says_otherwise_itself_is_refused(key, end, word):
    """A token whose own expiry contradicts its key is refused before anything is sent; any other expiry is accepted."""
    with pytest.raises(ConfigurationError, match=f"{key} {word} at .* UTC; give "):
        check_target(replace(full(MKP), **{key: web_token(exp=end)}))
    right = EARLIER if end == LATER else LATER
    for token in (
        web_token(exp=right),
        web_token(sub="a"),
        web_token(exp="soon"),
        web_token(exp=True),
        web_token(exp=1e400),
        "a.b.c",
        "a.?.c",
    ):
        check_target(replace(full(MKP), **{key: token}))


def test_a_read_only_target_is_not_provisioned():
    """A target cannot both have fixtures made and be read_only."""
    with pytest.raises(ConfigurationError, match="remove one of them"):
        check_target(replace(MKP, read_only=True, provision=MijnKlantportaalProvision()))
