"""The targets that a run without names judges, as they are written; no variable needs a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from appointment_conformance.reference_targets import built_in
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets_file import entries_in


@dataclass(frozen=True, slots=True)
class ListedTarget:
    """One target as it is written, without its credentials."""

    name: str
    api: str
    #: None for a built-in target, which has no address before it is served.
    base_url: str | None
    environment: str
    read_only: bool = False
    description: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def listed(file: TargetsFile | None) -> tuple[ListedTarget, ...]:
    """Return the targets of a file in its order, or the built-in ones without a file.

    Raises ConfigurationError for a file that cannot be used, apart from its variables.
    """
    if file is None:
        return tuple(ListedTarget(name, api, None, "test") for name, api in built_in().items())
    return tuple(_listed(name, entry) for name, entry in entries_in(file.read()).items())


def lines(targets: Sequence[ListedTarget]) -> Iterator[str]:
    """Yield a line for each target: name, API and address in columns."""
    names, apis = (max((len(getattr(each, key)) for each in targets), default=0) for key in ("name", "api"))
    for each in targets:
        yield f"{each.name:<{names}}  {each.api:<{apis}}  {each.base_url or '(built in)'}"


def _listed(name: str, entry: Mapping[str, Any]) -> ListedTarget:
    return ListedTarget(
        name=name,
        api=entry["api"],
        # A run refuses a password in it, but cannot be asked where the address has a variable.
        base_url=re.sub(r"(?<=://).*@", "...@", entry["base_url"]),
        environment=entry.get("environment", "staging"),
        read_only=entry.get("read_only", False),
        description=entry.get("description", ""),
    )
