"""A targets file with a single target, so that the process of one target need not parse the entries of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from appointment_conformance.errors import ConfigurationError

from .source import TargetsText
from .yaml_text import parse


def excerpts(source: TargetsText, names: Iterable[str]) -> dict[str, TargetsText]:
    """Return a text for each of `names`, targets of `source`, which has only this target, with its variables.

    Anchors and merge keys are replaced by what they mean. If a value cannot be written so that it is read as the same
    value again, the whole text is returned. Raises ConfigurationError for text that is not YAML.
    """
    entries = parse(source.text, name=str(source)).value(("targets",)) or {}
    return {name: _excerpt(source, name, entries.get(name)) for name in names}


def _excerpt(source: TargetsText, name: str, entry: Any) -> TargetsText:
    document = {"targets": {name: entry}}
    text = json.dumps(document, ensure_ascii=False)
    try:
        is_same = parse(text, name=str(source)).data == document
    except ConfigurationError:
        is_same = False
    return replace(source, text=text) if is_same else source
