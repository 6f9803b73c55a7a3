"""The folder of a target's reports: only one run at a time writes to it, and it removes the earlier reports first."""

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
#: Free bytes that the reports need at least. A full disk is noticed before anything is sent.
MIN_FREE_BYTES: Final = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def origin(file: Path | None, output: Path) -> str:
    """Return the path of the targets file relative to `output`, as in the reports; empty without a regular file."""
    return _from(file, output) if file is not None and file.is_file() else ""


def clear_earlier(names: Iterable[str], *, files: Sequence[Path], output: Path) -> None:
    """Remove the earlier reports of the targets of a run, before it is known whether the run can start.

    Without `names` these are all targets of the `files`, and all targets whose reports name one of the files, so the
    files need not be readable. A folder with an unknown name is cleared only if it contains the result of a run. A
    folder that another run has locked is not changed. Raises ConfigurationError if a report cannot be removed.
    """
    listed = tuple(name for file in files for name in _names_in(file))
    chosen = tuple(names) or (*listed, *_came_from(files, output)) or (() if files else tuple(built_in()))
    if files and not (listed or names):
        # If the file cannot be read, these reports may be from it.
        chosen = (*chosen, *_of_unknown_origin(output))
    for name in dict.fromkeys(filter(_NAME.fullmatch, chosen)):
        if name in {*listed, *built_in()} or "verdict" in _result_in(output / name):
            clear_unless_held(output / name)


def read_and_clear(file: TargetsFile | None, *, output: Path) -> TargetsFile | None:
    """Read a targets file that comes through a pipe, and remove the earlier reports of its targets.

    The names are not known before it is read. If it has no names, all reports of piped files are removed. Returns
    `file` with its text, because a pipe cannot be read twice. Raises ConfigurationError if it cannot be read.
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
    """Remove the earlier reports of a run whose command line, split into `words`, has a mistake.

    `target` is the option that names a target, which may be repeated, or empty if any plain word may be the name;
    `output` is the option that names the directory of the reports. If no word is the name of a target, the reports of
    all targets are removed.
    """
    given, named = {"--targets": "", output: "conformance-reports"}, []
    plain, rest = [], iter(words)
    for word in rest:
        option, is_whole, value = word.partition("=")
        if option == target or option in given:
            value = value if is_whole else next(rest, "")
            named += [value] if option == target and value else []
            given |= {option: value} if option in given else {}
        elif not word.startswith("-"):
            plain.append(word)
    files = candidates(Path(given["--targets"]) if given["--targets"] else None)
    known = {*built_in(), *(name for file in files for name in _names_in(file))}
    named = named if target else [word for word in plain if word in known]
    clear_earlier(named, files=files, output=Path(given[output]))
    if not named and any(map(is_piped, files)):
        _clear_all(_piped(Path(given[output])), Path(given[output]))


def clear_vanished(targets: TargetsText | None, *, output: Path) -> None:
    """Remove the reports that name the file `targets` and are about a target that is no longer in it.

    Raises ConfigurationError if one cannot be removed.
    """
    if targets is None or not targets.path.is_file():
        return
    listed = names_in(targets)
    for name in _came_from([targets.path], output):
        if name not in listed:
            clear_unless_held(output / name)


@contextmanager
def claimed(directories: Iterable[Path]) -> Iterator[list[int | None]]:
    """Lock each folder inside the block, remove its earlier reports, and check that new ones can be written.

    Yields for each folder the open descriptor that locks it, which a child process can inherit, or None if the system
    or the file system has no such locks. Raises ConfigurationError if another run has locked a folder, which is then
    not changed, and if reports cannot be written.
    """
    with ExitStack() as held:
        yield [held.enter_context(_claimed(directory)) for directory in directories]


def clear_unless_held(directory: Path) -> None:
    """Remove the reports in a folder, unless another run has locked it. Raises ConfigurationError if that fails."""
    if not directory.is_dir():
        return
    with suppress(BlockingIOError):
        hold = lock(directory)
        try:
            with _write_errors_reported(directory):
                _clear(directory)
        finally:
            release(hold)


def run_id_in(directory: Path) -> str:
    """Return the id of the run whose result is in a folder, empty if there is no readable result."""
    return str(_result_in(directory).get("run_id", ""))


@contextmanager
def _claimed(directory: Path) -> Iterator[int | None]:
    with _write_errors_reported(directory):
        directory.mkdir(parents=True, exist_ok=True)
    try:
        hold = lock(directory)
    except BlockingIOError:
        message = f"another run writes its reports to {directory}; wait until it ends, or choose another --output."
        raise ConfigurationError(message) from None
    try:
        with _write_errors_reported(directory):
            _clear(directory)
            _check_free_space(directory)
        yield hold
    finally:
        release(hold)


@contextmanager
def _write_errors_reported(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot write {error.filename or directory}: {error.strerror}; check permissions and free space."
        raise ConfigurationError(message) from error


def _clear_all(names: Iterable[str], output: Path) -> None:
    for name in filter(_NAME.fullmatch, names):
        clear_unless_held(output / name)


def _clear(directory: Path) -> None:
    for name in ARTEFACTS:
        (directory / name).unlink(missing_ok=True)
        for draft in directory.glob(f".{name}.*"):
            draft.unlink(missing_ok=True)


def _check_free_space(directory: Path) -> None:
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(bytes(MIN_FREE_BYTES))
        file.flush()
        os.fsync(file.fileno())


def _came_from(files: Iterable[Path], output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports name one of the files; the files need not be readable."""
    return _with_origin({_from(file, output) for file in files}, output)


def _piped(output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports are from a piped file: they name no file and no built-in target."""
    return tuple(name for name in _with_origin({""}, output) if name not in built_in())


def _of_unknown_origin(output: Path) -> tuple[str, ...]:
    """The names of the folders whose reports lack the origin, because an earlier version wrote them."""
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
    except ValueError:  # There is no relative path between two drives.
        return visible(file.resolve().as_posix())


def _names_in(file: Path) -> tuple[str, ...]:
    """The names in a file, empty if it cannot be read. A pipe is not read here, because it can be read once only."""
    with suppress(ConfigurationError):
        return names_in(file) if file.is_file() else ()
    return ()


def _result_in(directory: Path) -> dict[str, Any]:
    path = directory / "result.json"
    try:
        # Only a regular file is opened: opening a named pipe could block for ever.
        result = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return result if isinstance(result, dict) else {}
