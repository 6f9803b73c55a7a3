"""What a command says of what cannot be used or written: one sentence, and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from appointment_conformance.output import complain


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Tell what cannot be used, or not be written, in one sentence, and exit with 2."""
    # Imported late, so that who asks for help does without.
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415
    from appointment_conformance.pytest_plugin.surroundings import check_surroundings  # noqa: PLC0415

    try:
        check_surroundings()
        yield
    except (ConfigurationError, OSError) as error:
        complain(f"error: {error}")
        sys.exit(2)
