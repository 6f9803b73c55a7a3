"""The contract of an API as one document for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import yaml

from appointment_conformance.api import api_under, load_apis
from appointment_conformance.engine.api import Api
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.openapi_file import read_document


def api_called(name: str) -> Api:
    """Return an installed API that can be used. Raises ConfigurationError for another name."""
    apis = load_apis()
    if name not in {*apis, *apis.broken}:
        raise ConfigurationError(f"there is no API `{name}`{suggestion(name, apis)}")
    return apis.checked(name)


def text_of(name: str, document: Path | None, *, form: Literal["json", "yaml"]) -> str:
    """Return the contract of the API called `name`, by its own document or by the one in a file, as text.

    Raises ConfigurationError for an API or a document that cannot be used.
    """
    api = api_called(name)
    if document is not None:
        api = api_under(api, read_document(document))
    return _as_text(api.contract.document, form)


def write(text: str, path: Path) -> None:
    """Write a text to a file. Raises OSError."""
    path.write_text(text, encoding="utf-8")


def _as_text(document: dict[str, Any], form: Literal["json", "yaml"]) -> str:
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
