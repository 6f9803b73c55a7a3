"""The files of a run are whole or absent."""

from __future__ import annotations

import errno
import json

import pytest
from sample_runs import EXCHANGE, HOSTILE, MIXED, UNANSWERED, exchanges, hostile

from appointment_reports import ReportError, write_artefacts

NAMES = ["exchanges.har", "junit.xml", "report.html", "result.json", "summary.md"]


def names(directory):
    """Return the names of everything in `directory`, in order."""
    return sorted(path.name for path in directory.iterdir())


def test_all_files_are_written_and_nothing_else(tmp_path):
    """The directory is created, it has five files, and no draft is left."""
    directory = tmp_path / "reports" / "staging"
    paths = write_artefacts(MIXED, [EXCHANGE, UNANSWERED], directory)
    assert names(directory) == NAMES == sorted(path.name for path in paths)
    assert json.loads((directory / "result.json").read_bytes())["target"] == "staging"
    assert len(json.loads((directory / "exchanges.har").read_bytes())["log"]["entries"]) == 2


@pytest.mark.parametrize(
    "result", [MIXED, hostile(), hostile(HOSTILE + "x" * 1_000_000)], ids=["mixed", "hostile", "huge"]
)
def test_the_same_run_gives_the_same_files(tmp_path, result):
    """A second write gives the same bytes for every file, with any answer of the target."""
    first, second = (write_artefacts(result, exchanges(result), tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_file_in_the_way_is_one_clear_sentence(tmp_path):
    """Where the directory cannot be made, the error names the file and the reason."""
    obstacle = tmp_path / "reports"
    obstacle.write_text("a file")
    with pytest.raises(ReportError, match=r"cannot write .*exchanges\.har: (File exists|Not a directory)"):
        write_artefacts(MIXED, [], obstacle)


def test_a_full_disk_leaves_the_former_file_whole(tmp_path):
    """Where writing stops half way, the former file stays, no draft is left, and the error says why."""
    write_artefacts(MIXED, [EXCHANGE], tmp_path)
    former = (tmp_path / "exchanges.har").read_bytes()

    def full():
        yield EXCHANGE
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ReportError, match="No space left on device"):
        write_artefacts(MIXED, full(), tmp_path)
    assert (tmp_path / "exchanges.har").read_bytes() == former
    assert names(tmp_path) == NAMES
