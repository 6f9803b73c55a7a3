"""The text of a targets file is read once, from a file or a pipe, and its paths start from the documented directory."""

from __future__ import annotations

import os
import threading

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import source
from appointment_conformance.targets.source import MAX_BYTES, TargetsText
from appointment_conformance.targets_file import read_targets

TEXT = """\
targets:
  one:
    api: mijnklantportaal
    base_url: https://api.example.com/v1
    token: secret-value
    deviations: known.yaml
    fixtures: {appointments: [apt_a1]}
"""
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are not there on Windows")


@pytest.fixture
def fifo(tmp_path):
    """A named pipe, and a way to write to it from another thread."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writers = []

    def writing(data):
        writers.append(threading.Thread(target=lambda: path.write_bytes(data)))
        writers[-1].start()
        return path

    yield writing
    for writer in writers:
        writer.join()


@needs_pipes
def test_a_named_pipe_is_read_to_its_end(fifo):
    """The content of a named pipe is the file; paths in it start from the working directory."""
    read = TargetsText.read(fifo(TEXT.encode()))
    assert read.text == TEXT
    (target,) = read_targets(read, (), {})
    assert str(target.deviations) == "known.yaml"


@needs_pipes
def test_a_pipe_that_nobody_writes_to_is_given_up(tmp_path, monkeypatch):
    """A named pipe that no process opens at the other end is refused after a time limit."""
    monkeypatch.setattr(source, "OPEN_SECONDS", 0.05)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    try:
        with pytest.raises(ConfigurationError, match=r"pipe: the targets file cannot be read: it is a pipe, .* opened"):
            TargetsText.read(path)
    finally:
        os.close(os.open(path, os.O_WRONLY))


@needs_pipes
def test_a_pipe_that_does_not_end_is_given_up(tmp_path, monkeypatch):
    """A pipe that stays open without any content is refused after a time limit."""
    monkeypatch.setattr(source, "PIPE_SECONDS", 0.05)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    # Open for both, it waits for nobody.
    kept = os.open(path, os.O_RDWR)
    try:
        with pytest.raises(ConfigurationError, match="its end was not reached within"):
            TargetsText.read(path)
    finally:
        os.close(kept)


@needs_pipes
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xff", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "larger than"),
        (b"- x\n", "a mapping"),
    ],
    ids=["empty", "not text", "large", "no mapping"],
)
def test_what_comes_through_a_pipe_is_checked_as_any_file(fifo, data, message):
    """A pipe that ends at once, or does not contain a targets file, gets one sentence."""
    with pytest.raises(ConfigurationError, match=message):
        read_targets(fifo(data), (), {})


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_no_targets_file(tmp_path, device):
    """A file that has no end or no content is refused."""
    if not os.path.exists(device):  # noqa: PTH110 - a name of the system
        pytest.skip("this system has no such device")
    with pytest.raises(ConfigurationError, match=r"is empty|larger than"):
        TargetsText.read(type(tmp_path)(device))


def test_the_paths_of_a_regular_file_start_beside_it(tmp_path):
    """Paths start from the directory of a regular file."""
    path = tmp_path / "targets.yaml"
    path.write_text(TEXT)
    assert read_targets(path, (), {})[0].deviations == tmp_path / "known.yaml"


def test_a_file_that_was_read_is_not_read_again(tmp_path):
    """Targets come from the text that was read, even if the file changes later."""
    path = tmp_path / "targets.yaml"
    path.write_text(TEXT)
    read = TargetsText.read(path)
    path.unlink()
    assert read_targets(read, (), {})[0].deviations == tmp_path / "known.yaml"
    assert "secret-value" not in repr(read)
