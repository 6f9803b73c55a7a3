"""A production system is not touched by mistake, and settings that contradict each other are refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from own_targets import MKP, OMNEO

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Provision
from appointment_conformance.targets.admission import PRODUCTION_HOSTS, admitted
from appointment_specs import contract

PUBLISHED = "https://api.mijnklantportaal.nl/v1"


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
    """A target that says it is production, or has a published host, is refused in one sentence unless allowed."""
    with pytest.raises(ConfigurationError, match="allow_production") as caught:
        admitted(target)
    assert "\n" not in str(caught.value)
    allowed = replace(target, allow_production=True)
    assert admitted(allowed) is allowed


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
    """A tenant's host says nothing about its kind; only the published host itself does."""
    assert admitted(target) is target


def test_the_published_hosts_are_those_of_the_contracts():
    """A published server without a variable in its host is production, and no other host is."""
    servers = [server["url"] for api in ("omneo", "mijnklantportaal") for server in contract(api)["servers"]]
    assert {urlsplit(url).hostname for url in servers if "{" not in url} == PRODUCTION_HOSTS


def test_a_read_only_target_is_not_provisioned():
    """Making fixtures and changing nothing cannot both be had."""
    with pytest.raises(ConfigurationError, match="leave one out"):
        admitted(replace(MKP, read_only=True, provision=Provision()))
