"""Says which requirements of a vendor's appointment API hold, which do not, and which could not be judged.

The names in `__all__` are what a Python program may use, besides `appointment_conformance.testing` and the public names
of `appointment_reports` and `appointment_strategies`. A package that adds an API may use the public names of
`appointment_conformance.api`, `appointment_conformance.reference` and `appointment_specs` as well. Every other module
is internal: it may change in any release. A name is imported when it is first used, so `import appointment_conformance`
itself is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appointment_conformance.engine import events
    from appointment_conformance.errors import ConfigurationError, SuiteError
    from appointment_conformance.library import read_targets, reference_target, run_target, write_reports
    from appointment_conformance.targets import Fixtures, Target
    from appointment_reports import RunResult

__all__ = [
    "ConfigurationError",
    "Fixtures",
    "RunResult",
    "SuiteError",
    "Target",
    "__version__",
    "events",
    "read_targets",
    "reference_target",
    "run_target",
    "write_reports",
]

__version__ = "0.1.0"

#: The module of each public name, and the name in it; empty for the module itself.
_PLACES = {
    "ConfigurationError": ("appointment_conformance.errors", "ConfigurationError"),
    "Fixtures": ("appointment_conformance.targets", "Fixtures"),
    "RunResult": ("appointment_reports", "RunResult"),
    "SuiteError": ("appointment_conformance.errors", "SuiteError"),
    "Target": ("appointment_conformance.targets", "Target"),
    "events": ("appointment_conformance.engine.events", ""),
    "read_targets": ("appointment_conformance.library", "read_targets"),
    "reference_target": ("appointment_conformance.library", "reference_target"),
    "run_target": ("appointment_conformance.library", "run_target"),
    "write_reports": ("appointment_conformance.library", "write_reports"),
}


# Type checkers read the imports above. With this function they would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, attribute = _PLACES[name]
        value: object = import_module(module)
        globals()[name] = value = getattr(value, attribute) if attribute else value
        return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
