"""The folder of a target's reports: one run at a time writes to it, and no earlier result stays in it meanwhile."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.file_lock import lock, release
from appointment_conformance.reference_targets import built_in
from appointment_conformance.targets.default_file import TargetsFile, candidates
from appointment_conformance.targets.source import TargetsText, is_piped
from appointment_conformance.targets_file import names_in
from appointment_reports import visible

ARTEFACTS: Final = ("exchanges.har", "junit.xml", "report.html", "summary.md", "result.json")
#: Bytes that have to fit beside what is there, so that a disk that is full is noticed before anything is sent.
ROOM: Final = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def origin(file: Path | None, output: Path) -> str:
    """Return the targets file as its reports name it: as a path from `output`; empty where there is no regular file."""
    return _from(file, output) if file is not None and file.is_file() else ""


def clear_earlier(names: Iterable[str], *, files: Sequence[Path], output: Path) -> None:
    """Remove the earlier reports of the targets of a run, before it is known whether that run can begin.

    Without `names` these are all targets of the `files`, and all whose reports came from one of them, so it does not
    matter whether the files can be read. A folder whose target is not known is cleared only where the result of a run
    stands in it, and one that another run holds is left alone. Raises ConfigurationError where a report cannot be
    removed.
    """
    listed = tuple(name for file in files for name in _names_in(file))
    chosen = tuple(names) or (*listed, *_came_from(files, output)) or (() if files else tuple(built_in()))
    if files and not (listed or names):
        # Where the file cannot be read, these may be its own.
        chosen = (*chosen, *_of_unknown_origin(output))
    for name in dict.fromkeys(filter(_NAME.fullmatch, chosen)):
        if name in {*listed, *built_in()} or "verdict" in _result_in(output / name):
            _clear_unless_held(output / name)


def read_and_clear(file: TargetsFile | None, *, output: Path) -> TargetsFile | None:
    """Read a targets file that comes through a pipe, and remove the earlier reports of its targets.

    Their names are not known before; where it names none, all reports go that came through a pipe. Returns `file` with
    its text, as it cannot be read twice. Raises ConfigurationError where it cannot be read.
    """
    if file is None or not is_piped(file.path):
        return file
    listed: tuple[str, ...] = ()
    try:
        text = file.read()
        listed = names_in(text)
    finally:
        _clear_all(listed or _piped(output), output)
    return replace(file, text=text)


def clear_for_words(words: Iterable[str], *, target: str, output: str) -> None:
    """Remove the earlier reports of a run whose command line has a mistake, as far as its `words` tell.

    `target` is the option that names a target, or empty where any plain word may name one; `output` the option that
    names the directory of the reports. Where no word is the name of a target, all are meant.
    """
    given = {target: "", "--targets": "", output: "conformance-reports"}
    plain, rest = [], iter(words)
    for word in rest:
        option, is_whole, value = word.partition("=")
        if option in given:
            given[option] = value if is_whole else next(rest, "")
        elif not word.startswith("-"):
            plain.append(word)
    files = candidates(Path(given["--targets"]) if given["--targets"] else None)
    known = {*built_in(), *(name for file in files for name in _names_in(file))}
    named = [given[target]] if given[target] else [] if target else [word for word in plain if word in known]
    clear_earlier(named, files=files, output=Path(given[output]))
    if not named and any(map(is_piped, files)):
        _clear_all(_piped(Path(given[output])), Path(given[output]))


def clear_vanished(targets: TargetsText | None, *, output: Path) -> None:
    """Remove the reports that came from the file `targets` and are of a target that it does not have any more.

    Raises ConfigurationError where one cannot be removed.
    """
    if targets is None or not targets.path.is_file():
        return
    listed = names_in(targets)
    for name in _came_from([targets.path], output):
        if name not in listed:
            _clear_unless_held(output / name)


@contextmanager
def claimed(directories: Iterable[Path]) -> Iterator[list[int | None]]:
    """Hold each folder within the block, free of earlier reports and able to take new ones; yield what holds it.

    That is an open descriptor, which a process that inherits it holds as well, or None where the system or the file
    system has no such locks. Raises ConfigurationError where another run holds a folder, of which nothing is touched,
    and where no report could be written.
    """
    with ExitStack() as held:
        yield [held.enter_context(_claimed(directory)) for directory in directories]


def run_id_in(directory: Path) -> str:
    """Return the id of the run whose result stands in a folder, empty where there is none that can be read."""
    return str(_result_in(directory).get("run_id", ""))


@contextmanager
def _claimed(directory: Path) -> Iterator[int | None]:
    with _no_loss_told(directory):
        directory.mkdir(parents=True, exist_ok=True)
    try:
        hold = lock(directory)
    except BlockingIOError:
        told = f"another run writes its reports to {directory}; wait for its end, or name another --output."
        raise ConfigurationError(told) from None
    try:
        with _no_loss_told(directory):
            _clear(directory)
            _make_sure_of_room(directory)
        yield hold
    finally:
        release(hold)


@contextmanager
def _no_loss_told(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = f"cannot write {error.filename or directory}: {error.strerror}; check the rights and the space there."
        raise ConfigurationError(told) from error


def _clear_all(names: Iterable[str], output: Path) -> None:
    for name in filter(_NAME.fullmatch, names):
        _clear_unless_held(output / name)


def _clear_unless_held(directory: Path) -> None:
    if not directory.is_dir():
        return
    with suppress(BlockingIOError):
        hold = lock(directory)
        try:
            with _no_loss_told(directory):
                _clear(directory)
        finally:
            release(hold)


def _clear(directory: Path) -> None:
    for name in ARTEFACTS:
        (directory / name).unlink(missing_ok=True)
        for draft in directory.glob(f".{name}.*"):
            draft.unlink(missing_ok=True)


def _make_sure_of_room(directory: Path) -> None:
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(bytes(ROOM))
        file.flush()
        os.fsync(file.fileno())


def _came_from(files: Iterable[Path], output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports came from one of the files, whether these can be read or not."""
    return _with_origin({_from(file, output) for file in files}, output)


def _piped(output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports came through a pipe: from no file, and not from a built-in target."""
    return tuple(name for name in _with_origin({""}, output) if name not in built_in())


def _of_unknown_origin(output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports do not say where they came from: an earlier version wrote them."""
    return tuple(name for name in _with_origin({None}, output) if name not in built_in())


def _with_origin(origins: Collection[str | None], output: Path) -> tuple[str, ...]:
    try:
        folders = sorted(path.parent for path in output.glob("*/result.json"))
    except OSError:
        return ()
    return tuple(folder.name for folder in folders if _result_in(folder).get("targets_file") in origins)


def _from(file: Path, output: Path) -> str:
    try:
        return visible(Path(os.path.relpath(file.resolve(), output.resolve())).as_posix())
    except ValueError:  # On another drive there is no way from one to the other.
        return visible(file.resolve().as_posix())


def _names_in(file: Path) -> tuple[str, ...]:
    """The names in a file as far as it can be read; a pipe can be read once only, which the run itself does."""
    with suppress(ConfigurationError):
        return names_in(file) if file.is_file() else ()
    return ()


def _result_in(directory: Path) -> dict[str, Any]:
    path = directory / "result.json"
    try:
        # To open a pipe that somebody has put there may wait for ever.
        result = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return result if isinstance(result, dict) else {}
