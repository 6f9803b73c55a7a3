"""pytest-xdist: one process distributes the items, others run them. Each target is judged by one of these.

The distributing process resolves the targets, locks the folders of the reports, and shows the verdicts at the end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.source import TargetsText

from .jobs import Job, group_by_use

if TYPE_CHECKING:
    from collections.abc import Callable

#: The key under which the processes that run items find what the distributing one has resolved.
_INPUT: Final = "appointment_conformance"
SAME_FOR_ALL: Final = "--dist each gives every item to every process, and a target is judged once; use another --dist."


def is_distributing(config: pytest.Config) -> bool:
    """Whether this process hands the items to others. Raises ConfigurationError for `--dist each`."""
    mode = getattr(config.option, "dist", "no")
    if mode == "each" and not is_receiving(config):
        raise ConfigurationError(SAME_FOR_ALL)
    return mode != "no" and not is_receiving(config) and not config.option.collectonly


def is_receiving(config: pytest.Config) -> bool:
    """Whether this process runs items that another one hands to it."""
    return hasattr(config, "workerinput")


class Given:
    """What a process that runs items was given: the targets file, the ids of the runs, a shared folder."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Read `data`, as `Distributor` has made it."""
        file = data["file"]
        self.file = TargetsText.from_dict(file) if file else None
        self.run_ids: Mapping[str, str] = data["run_ids"]
        self.folder = Path(data["folder"])

    @classmethod
    def to(cls, config: pytest.Config) -> Given | None:
        """Return what this process was given, None if no other process has started it."""
        data = getattr(config, "workerinput", {}).get(_INPUT)
        return cls(data) if data else None


class Distributor:
    """A plugin of the distributing process. Hooks of pytest-xdist are called only where that is installed."""

    def __init__(
        self,
        jobs: Sequence[Job],
        items: Mapping[str, str],
        select: Callable[[Collection[str]], object],
        gather: Callable[[], object],
    ) -> None:
        """Distribute `jobs`; `items` maps the name of each item to its target.

        `select` is called with the targets of the selected items, once they are known, and `gather` at the end.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="appointment-conformance-"))
        self._jobs, self._items, self._select, self._gather = jobs, items, select, gather
        groups = {job.target: group[0].target for group in group_by_use(jobs) for job in group}
        self._groups = {name: f"{_INPUT}::{groups[target]}" for name, target in items.items()}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a new process what was resolved here, as it could not read a pipe again."""
        file = next((job.targets for job in self._jobs if job.targets), None)
        ids = {job.target: job.run_id for job in self._jobs}
        node.workerinput[_INPUT] = {"file": file and file.to_dict(), "run_ids": ids, "folder": str(self.folder)}

    @pytest.hookimpl(wrapper=True, optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Generator[None, Any, Any]:
        """Let the items of a target go to one process together and in order, whatever `--dist` says of the others."""
        scheduler = yield
        from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # noqa: PLC0415 - only pytest-xdist calls this, which has no types

        if not isinstance(scheduler, LoadScopeScheduling):
            # The other schedulers know no groups: with this one every other item is a group of its own.
            scheduler = LoadScopeScheduling(config, log)
            scheduler._split_scope = str  # noqa: SLF001 - the place that its subclasses change
        split = scheduler._split_scope  # noqa: SLF001 - as above
        scheduler._split_scope = lambda nodeid: self._group_of(nodeid) or split(nodeid)  # noqa: SLF001 - as above
        return scheduler

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Take over what is selected, which is the same in each process."""
        names = (_name_of(nodeid) for nodeid in ids)
        self._select({self._items[name] for name in names if name in self._items})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Wait for the results before pytest-xdist ends the processes that make them."""
        self._gather()

    def pytest_unconfigure(self) -> None:
        """Remove the folder with the results."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _group_of(self, nodeid: str) -> str:
        return self._groups.get(_name_of(nodeid), "")


def _name_of(nodeid: str) -> str:
    """Return the name of an item. With --dist loadgroup, an id can end with the name of a group."""
    return nodeid.rpartition("::")[2].partition("@")[0]
