"""Exchanges kept in order: the first in memory, all of them in a temporary file once there are many."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from array import array
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import IO, overload

from appointment_reports import Exchange

#: Bytes that stay in memory; an ordinary run needs no file.
MEMORY = 8 * 1024 * 1024
#: Exchanges that are held ready: judging looks at the same ones again and again.
READY = 128


class ExchangeStore(Sequence[Exchange]):
    """A sequence that grows at its end; its file has no name and is gone with the spool or the process."""

    def __init__(self) -> None:
        """Start empty, in memory."""
        self._file = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - closed when the spool goes
        self._places = array("Q", [0])
        self._ready = lru_cache(READY)(partial(_read, self._file, self._places))
        weakref.finalize(self, self._file.close)

    def append(self, exchange: Exchange) -> int:
        """Keep an exchange and return its index. Raises OSError where the disk is full."""
        packed = pickle.dumps(exchange, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._places[-1])
        self._file.write(packed)
        self._places.append(self._places[-1] + len(packed))
        return len(self) - 1

    def __len__(self) -> int:
        """Return how many exchanges are kept."""
        return len(self._places) - 1

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | Sequence[Exchange]:
        """Return the exchange at `index`, or those of a slice."""
        found = range(len(self))[index]
        return self._ready(found) if isinstance(found, int) else [self._ready(one) for one in found]


def _read(file: IO[bytes], places: array[int], index: int) -> Exchange:
    file.seek(places[index])
    made: Exchange = pickle.loads(file.read(places[index + 1] - places[index]))  # noqa: S301 - our own, from our own file
    return made
