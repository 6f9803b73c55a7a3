"""Give Hypothesis the table of characters that UTF-8 can encode, which it would compute by trying each character."""

from __future__ import annotations

import gzip
import json
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

#: Ranges (first and last code point) that UTF-8 can encode: everything except surrogates.
ENCODABLE: Final = ((0, 0xD7FF), (0xE000, 0x10FFFF))
#: Content of Hypothesis' cache files by file name; the format depends on the release.
_FILES: Final = {"codec-v2-utf-8": (ENCODABLE, ()), "codec-utf-8": ENCODABLE}


@cache
def load_utf8_table() -> None:
    """Load the UTF-8 table into Hypothesis for this process. The values that it draws do not change.

    Without its cache on the machine, Hypothesis needs more than a second in every process to compute the table. So it
    reads the table once from cache files in a temporary directory; a release with another format computes it itself.
    """
    with suppress(ImportError, AttributeError, OSError), tempfile.TemporaryDirectory() as directory:
        from hypothesis.internal import charmap  # noqa: PLC0415 - another release may not have this module

        folder = Path(directory, "unicode_data", unicodedata.unidata_version)
        folder.mkdir(parents=True)
        for name, content in _FILES.items():
            (folder / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
        with _hypothesis_home(directory):
            charmap.intervals_from_codec("utf-8")


@contextmanager
def _hypothesis_home(directory: str) -> Iterator[None]:
    """Make Hypothesis keep its files in `directory` inside the block."""
    from hypothesis import configuration  # noqa: PLC0415 - as above

    previous = getattr(configuration, "__hypothesis_home_directory", None)
    configuration.set_hypothesis_home_dir(directory)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(previous)
