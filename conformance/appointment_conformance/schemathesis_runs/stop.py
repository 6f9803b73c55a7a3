"""How a run of Schemathesis ends that has no usable target or document."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from appointment_conformance.errors import ConfigurationError, NotTestable


@contextmanager
def stopped() -> Iterator[None]:
    """End the process where a ConfigurationError or NotTestable is raised: one sentence on standard error, exit code 2.

    Schemathesis makes a traceback of whatever a hook raises, SystemExit as well. Nothing is open yet to lose.
    """
    try:
        yield
    except (ConfigurationError, NotTestable) as error:
        sys.stdout.flush()
        sys.stderr.write(f"Error: {error}\n")
        sys.stderr.flush()
        os._exit(2)
