"""A shard: the part of the targets that one of several jobs runs. It depends on names, not on positions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from appointment_conformance.errors import ConfigurationError

#: How many shards a run can have at most.
MAX_SHARDS: Final = 10_000
#: Variables with the number of this job: of a Kubernetes job with completion mode `Indexed`, counted from 0, and of a
#: GitLab job with `parallel`, counted from 1, with the number of jobs beside it.
KUBERNETES_INDEX: Final = "JOB_COMPLETION_INDEX"
GITLAB_INDEX, GITLAB_TOTAL = "CI_NODE_INDEX", "CI_NODE_TOTAL"
AUTO: Final = "auto"
_NUMBER = re.compile(r"0*[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `total` shards; `index` counts from 1."""

    index: int
    total: int

    def __str__(self) -> str:
        """Return it as the user writes it: `3/8`."""
        return f"{self.index}/{self.total}"


def read_shard(text: str, environ: Mapping[str, str]) -> Shard:
    """Return the shard that `text` means: `3/8`, or `auto/8` and `auto`, which read variables of the CI service.

    `auto/8` takes the number of this job from a variable, `auto` also the number of jobs. Raises ConfigurationError.
    """
    index, is_divided, total = text.partition("/")
    if index == AUTO and not is_divided:
        return _checked(_index(environ), _total(environ))
    if not is_divided:
        raise ConfigurationError(f"`{text}` is no shard; give I/N as in 3/8, {AUTO}/N or {AUTO}.")
    wanted = _number(total, f"the number of shards in `{text}`")
    if index != AUTO:
        return _checked(_number(index, f"the number before the slash in `{text}`"), wanted)
    given = environ.get(GITLAB_TOTAL, "")
    if not environ.get(KUBERNETES_INDEX) and given and _number(given, GITLAB_TOTAL) != wanted:
        raise ConfigurationError(f"{GITLAB_TOTAL} is {given}, and --shard says {wanted}; give {AUTO} alone.")
    return _checked(_index(environ), wanted)


def shard_of(name: str, total: int) -> int:
    """Return in which of `total` shards a group of targets is whose first name, by the alphabet, is `name`."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()) % total + 1


def shards_by_target(groups: Iterable[Sequence[str]], total: int) -> dict[str, int]:
    """Return the shard of each target. The targets of one group share fixtures, so they are in one shard."""
    return {name: shard_of(min(group), total) for group in groups for name in group}


def _index(environ: Mapping[str, str]) -> int:
    """The number of this job, counted from 1."""
    given = [name for name in (KUBERNETES_INDEX, GITLAB_INDEX) if environ.get(name)]
    if not given:
        raise ConfigurationError(
            f"neither {KUBERNETES_INDEX} nor {GITLAB_INDEX} is set, so {AUTO} does not know this shard; give I/N."
        )
    if len(given) > 1:
        raise ConfigurationError(f"{KUBERNETES_INDEX} and {GITLAB_INDEX} are both set; give I/N.")
    number = _number(environ[given[0]], given[0])
    return number + 1 if given[0] == KUBERNETES_INDEX else number


def _total(environ: Mapping[str, str]) -> int:
    # GitLab's number of jobs is not that of a job of Kubernetes, to which somebody has handed GitLab's variables.
    if environ.get(KUBERNETES_INDEX):
        raise ConfigurationError(f"{KUBERNETES_INDEX} does not say how many shards there are; give {AUTO}/N.")
    if not environ.get(GITLAB_TOTAL):
        raise ConfigurationError(f"{GITLAB_TOTAL} is not set, so {AUTO} does not know how many shards; give {AUTO}/N.")
    return _number(environ[GITLAB_TOTAL], GITLAB_TOTAL)


def _number(text: str, what: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ConfigurationError(f"{what} is not a number; give I/N as in 3/8.")
    return int(text)


def _checked(index: int, total: int) -> Shard:
    if not 1 <= total <= MAX_SHARDS:
        raise ConfigurationError(f"there can be 1 to {MAX_SHARDS} shards, not {total}.")
    if not 1 <= index <= total:
        raise ConfigurationError(f"there is no shard {index} of {total}; the first one is 1/{total}.")
    return Shard(index, total)
