"""Store exchanges in order: in memory, or in a temporary file once there are many."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from array import array
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import IO, overload

from appointment_reports import Exchange

#: Use a file beyond this many bytes; an ordinary run stays below it.
MAX_MEMORY_BYTES = 8 * 1024 * 1024
#: Size of the read cache, in exchanges.
CACHE_SIZE = 128


class ExchangeStore(Sequence[Exchange]):
    """A sequence that can be appended to. Its file has no name and disappears with the store or the process."""

    def __init__(self) -> None:
        """Start empty, in memory."""
        self._file = tempfile.SpooledTemporaryFile(max_size=MAX_MEMORY_BYTES)  # noqa: SIM115 - closed when the store is deleted
        self._offsets = array("Q", [0])
        self._read = lru_cache(CACHE_SIZE)(partial(_read, self._file, self._offsets))
        weakref.finalize(self, self._file.close)

    def append(self, exchange: Exchange) -> int:
        """Append an exchange and return its index. Raises OSError if the disk is full."""
        pickled = pickle.dumps(exchange, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._offsets[-1])
        self._file.write(pickled)
        self._offsets.append(self._offsets[-1] + len(pickled))
        return len(self) - 1

    def __len__(self) -> int:
        """Return the number of exchanges."""
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | Sequence[Exchange]:
        """Return the exchange at `index`, or those of a slice."""
        selected = range(len(self))[index]
        return self._read(selected) if isinstance(selected, int) else [self._read(number) for number in selected]


def _read(file: IO[bytes], offsets: array[int], index: int) -> Exchange:
    file.seek(offsets[index])
    exchange: Exchange = pickle.loads(file.read(offsets[index + 1] - offsets[index]))  # noqa: S301 - this process wrote the file
    return exchange
