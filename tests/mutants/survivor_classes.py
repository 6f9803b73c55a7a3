"""What somebody has found out about the mutants that survive: the table `survivors.yaml`, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["CLASSES", "TABLE", "UNCLASSIFIED", "VISIBLE", "Survivor", "classes_from", "read_classes"]

TABLE = Path(__file__).parent / "survivors.yaml"
VISIBLE, UNCLASSIFIED = "visible", "unclassified"
#: What each class means, as the page tells it.
CLASSES: Mapping[str, str] = {
    "equivalent": "the changed program does the same",
    "not visible": "no request that a client can send gets another answer",
    "conforming": "a client gets another answer, and no document of the vendor says that it is wrong",
    VISIBLE: "a client could see that a document is violated: the suite misses it",
    UNCLASSIFIED: "it has not been classified yet",
}


@dataclass(frozen=True, slots=True)
class Survivor:
    """The class of a mutant, and the reason for it."""

    name: str
    reason: str


def classes_from(entries: list[dict[str, Any]]) -> dict[str, Survivor]:
    """Return the class of each mutant by its id; raise ValueError where the table contradicts itself."""
    found: dict[str, Survivor] = {}
    for entry in entries:
        survivor = Survivor(entry["class"], entry["reason"])
        if survivor.name not in CLASSES or survivor.name == UNCLASSIFIED:
            raise ValueError(f"there is no class {survivor.name!r}")
        for mutant in entry["mutants"]:
            if mutant in found:
                raise ValueError(f"classified twice: {mutant}")
            found[mutant] = survivor
    return found


def read_classes(table: Path = TABLE) -> dict[str, Survivor]:
    """Return what the table holds."""
    return classes_from(yaml.safe_load(table.read_text("utf-8")))
