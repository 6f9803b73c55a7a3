"""The proof as data: which faults each requirement catches, in a file beside the requirements of each api."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.judging.proven import PROOF_FILE, proof_of
from appointment_conformance.judging.requirement import catalogue
from appointment_conformance.reference import FAULTS
from appointment_specs import APIS

#: The folder of the package that is in use.
PACKAGE: Final = Path(str(files("appointment_conformance")))
WRITE = "appointment-conformance selftest --write docs"
ABOUT = f"The faults of the reference API that each requirement catches. Written by `{WRITE}`: do not edit."

#: Names of faults by requirement id.
Catches = Mapping[str, tuple[str, ...]]


def declared() -> dict[str, Catches]:
    """Return, for each api, the faults that declare to break each of its requirements."""
    names = {name for fault in FAULTS.values() for name in fault.breaks}
    faults = {name: tuple(one.name for one in FAULTS.values() if name in one.breaks) for name in names}
    return by_api(faults)


def by_api(killers: Catches) -> dict[str, Catches]:
    """Return `killers`, such as a kill matrix has them, for each api: its requirements, with faults of its own."""
    return {
        api: {
            one.id: tuple(name for name in killers.get(one.id, ()) if FAULTS[name].api == api) for one in catalogue(api)
        }
        for api in APIS
    }


def text_of(catches: Catches) -> str:
    """Return the text of a proof file; the same proof gives the same text."""
    return json.dumps({"about": ABOUT, "requirements": catches}, indent=2) + "\n"


def write_proof(proof: Mapping[str, Catches], package: Path | None = None) -> tuple[Path, ...]:
    """Write the proof file of each api and return the paths, where `package` stands in a checkout.

    An installed package is never written to: no path is returned then.
    """
    folder = package or PACKAGE
    if not _is_in_checkout(folder):
        return ()
    paths = {folder / "suite" / api / PROOF_FILE: catches for api, catches in proof.items()}
    for path, catches in paths.items():
        path.write_text(text_of(catches), encoding="utf-8")
    proof_of.cache_clear()
    return tuple(paths)


def out_of_date(proof: Mapping[str, Catches]) -> tuple[str, ...]:
    """Return a sentence for each api whose proof file does not say what `proof` says."""
    return tuple(sentence for api, catches in proof.items() if (sentence := _difference(api, catches)))


def _difference(api: str, catches: Catches) -> str:
    try:
        written = proof_of(api)
    except ConfigurationError as error:
        return f"{error} In a checkout, `{WRITE}` writes it."
    names = dict.fromkeys((*catches, *written))
    changed = ", ".join(name for name in names if written.get(name) != catches.get(name))
    return f"{PROOF_FILE} of {api} is out of date for {changed}; `{WRITE}` writes it again." if changed else ""


def _is_in_checkout(package: Path) -> bool:
    """Whether the package stands in the source tree of this project, as it does after an editable installation."""
    try:
        project = tomllib.loads((package.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError, IndexError):
        return False
    return bool(project.get("project", {}).get("name") == "appointment-conformance")
