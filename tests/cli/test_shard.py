"""A shard is a part of the targets that depends on their names, and variables of CI services can say which one."""

from __future__ import annotations

import pytest

from appointment_conformance.cli.shard import Shard, read_shard, shard_of, shards_by_target
from appointment_conformance.errors import ConfigurationError

GITLAB = {"CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "8"}
KUBERNETES = {"JOB_COMPLETION_INDEX": "2"}
#: By `sha256`: a change here moves the targets of every user.
SHARDS = [8, 3, 3]


@pytest.mark.parametrize(
    ("text", "environ", "shard"),
    [
        ("1/1", {}, "1/1"),
        ("3/8", GITLAB | KUBERNETES | {"CI_NODE_TOTAL": "5"}, "3/8"),
        ("03/08", {}, "3/8"),
        ("auto", GITLAB, "3/8"),
        ("auto/8", GITLAB, "3/8"),
        ("auto/8", KUBERNETES, "3/8"),
        ("auto/8", KUBERNETES | {"CI_NODE_TOTAL": "1"}, "3/8"),
        ("auto/1", {"JOB_COMPLETION_INDEX": "0"}, "1/1"),
    ],
)
def test_a_shard_is_said_by_the_user_or_by_variables(text, environ, shard):
    """I/N is taken as it is; `auto` reads GitLab's number, counted from 1, or that of Kubernetes, counted from 0."""
    assert str(read_shard(text, environ)) == shard


@pytest.mark.parametrize(
    ("text", "environ", "told"),
    [
        ("", {}, "is no shard"),
        ("3", {}, "is no shard"),
        ("0/8", {}, "there is no shard 0 of 8"),
        ("9/8", {}, "there is no shard 9 of 8"),
        ("1/0", {}, "1 to 10000 shards"),
        ("1/99999", {}, "1 to 10000 shards"),
        ("-1/8", {}, "is not a number"),
        ("1/8/2", {}, "is not a number"),
        ("\u0663/8", {}, "is not a number"),
        ("1/" + "9" * 5000, {}, "is not a number"),
        ("auto", {}, "neither JOB_COMPLETION_INDEX nor CI_NODE_INDEX is set"),
        ("auto", KUBERNETES, "JOB_COMPLETION_INDEX does not say how many shards there are; give auto/N."),
        ("auto", KUBERNETES | {"CI_NODE_TOTAL": "8"}, "JOB_COMPLETION_INDEX does not say how many"),
        ("auto", {"CI_NODE_INDEX": "1"}, "CI_NODE_TOTAL is not set"),
        ("auto/4", GITLAB | {"JOB_COMPLETION_INDEX": ""}, "CI_NODE_TOTAL is 8, and --shard says 4"),
        ("auto/8", GITLAB | KUBERNETES, "both set"),
        ("auto/4", GITLAB, "CI_NODE_TOTAL is 8, and --shard says 4"),
        ("auto/8", {"JOB_COMPLETION_INDEX": "x"}, "JOB_COMPLETION_INDEX is not a number"),
        ("auto/8", {"JOB_COMPLETION_INDEX": "8"}, "there is no shard 9 of 8"),
    ],
)
def test_what_is_no_shard_is_one_sentence(text, environ, told):
    """A value that means no shard, and variables that do not say one, are refused with what to give instead."""
    with pytest.raises(ConfigurationError, match=r"^[^\n]+$") as caught:
        read_shard(text, environ)
    assert told in str(caught.value)


def test_another_target_moves_no_target():
    """The shard of a target depends on its name and the number of shards alone, in any order of the file."""
    names = [f"store-{number}" for number in range(200)]
    before = shards_by_target([[name] for name in names], 8)
    after = shards_by_target([[name] for name in ["aaa", *reversed(names), "zzz"]], 8)
    assert {name: after[name] for name in names} == before
    assert set(before.values()) == set(range(1, 9)), "every shard has some of so many"


def test_the_shard_of_a_name_never_changes():
    """Shards that different versions of the suite run belong together."""
    assert [shard_of(name, 8) for name in ("omneo-staging", "mkp-staging", "reference-omneo")] == SHARDS
    assert shard_of("any", 1) == 1


def test_targets_that_share_fixtures_are_in_one_shard():
    """A group has the shard of its first name, in any order."""
    shards = shards_by_target([["b", "a", "c"], ["d"]], 50)
    assert shards["a"] == shards["b"] == shards["c"] == shard_of("a", 50)
    assert shards["d"] == shard_of("d", 50) != shards["a"]
    assert str(Shard(3, 8)) == "3/8"
