"""What UTF-8 can encode, told to Hypothesis, which would find it out by trying every character there is."""

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

#: First and last code point of what UTF-8 can encode: everything but surrogates. All of it decodes to itself again.
ENCODABLE: Final = ((0, 0xD7FF), (0xE000, 0x10FFFF))
#: The content of Hypothesis' cache files, by the name that each form of the content has.
_FILES: Final = {"codec-v2-utf-8": (ENCODABLE, ()), "codec-utf-8": ENCODABLE}


@cache
def know_utf8() -> None:
    """Have this process's Hypothesis know what UTF-8 can encode. What it draws does not change.

    Finding it out takes Hypothesis more than a second, in every process on a machine without its cache. So it reads
    the answer once, from cache files in a temporary directory; a release that keeps it otherwise finds it out itself.
    """
    with suppress(ImportError, AttributeError, OSError), tempfile.TemporaryDirectory() as directory:
        from hypothesis.internal import charmap  # noqa: PLC0415 - another release may not have it

        folder = Path(directory, "unicode_data", unicodedata.unidata_version)
        folder.mkdir(parents=True)
        for name, content in _FILES.items():
            (folder / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
        with _home(directory):
            charmap.intervals_from_codec("utf-8")


@contextmanager
def _home(directory: str) -> Iterator[None]:
    """Have Hypothesis keep its files in `directory` for as long as the context is open."""
    from hypothesis import configuration  # noqa: PLC0415 - as above

    before = getattr(configuration, "__hypothesis_home_directory", None)
    configuration.set_hypothesis_home_dir(directory)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(before)
