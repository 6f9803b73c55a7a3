"""The proof as data: which faults each requirement catches, in a file beside the requirements of each API."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from appointment_conformance.api import Api, load_apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference import Fault
from appointment_conformance.reference_apis import all_faults, reference_apis

WRITE = "appointment-conformance selftest --write docs"
ABOUT = f"The faults of the reference API that each requirement catches. Written by `{WRITE}`: do not edit."
#: Folders of installed packages, which are never written to.
_INSTALLED = frozenset({"site-packages", "dist-packages"})

#: Names of faults by requirement id.
Catches = Mapping[str, tuple[str, ...]]


def declared() -> dict[str, Catches]:
    """Return, for each API, the faults that declare to break each of its requirements."""
    return by_api([(name, fault) for fault in all_faults() for name in fault.breaks])


def by_api(catches: Collection[tuple[str, Fault]], apis: Collection[str] = ()) -> dict[str, Catches]:
    """Return `catches`, such as a kill matrix has them, for each of `apis`: its requirements, with its own faults.

    Without `apis` these are all that have a reference API.
    """
    return {
        api: {
            requirement.id: tuple(fault.name for name, fault in catches if name == requirement.id and fault.api == api)
            for requirement in load_apis()[api].catalogue
        }
        for api in reference_apis()
        if not apis or api in apis
    }


def text_of(catches: Catches) -> str:
    """Return the text of a proof file; the same proof gives the same text."""
    return json.dumps({"about": ABOUT, "requirements": catches}, indent=2) + "\n"


def write_proof(proof: Mapping[str, Catches]) -> tuple[Path, ...]:
    """Write the proof file of each API and return the paths. A file of an installed package is never written."""
    paths = {path: catches for name, catches in proof.items() if (path := writable(load_apis()[name].proof))}
    for path, catches in paths.items():
        path.write_text(text_of(catches), encoding="utf-8")
    return tuple(paths)


def out_of_date(proof: Mapping[str, Catches]) -> tuple[str, ...]:
    """Return a sentence for each API whose proof file does not say what `proof` says."""
    apis = load_apis()
    return tuple(sentence for name, catches in proof.items() if (sentence := _difference(apis[name], catches)))


def _difference(api: Api, catches: Catches) -> str:
    try:
        written = api.caught
    except ConfigurationError as error:
        return str(error)
    names = dict.fromkeys((*catches, *written))
    changed = ", ".join(name for name in names if written.get(name) != catches.get(name))
    return f"the proof of {api.name} is out of date for {changed}; `{WRITE}` writes it again." if changed else ""


def writable(file: Traversable | None) -> Path | None:
    """Return the path of a file of data, None where it is part of an installed package or where there is none."""
    return file if isinstance(file, Path) and not _INSTALLED & set(file.parts) else None
