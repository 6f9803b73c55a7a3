"""Write a new targets file with its JSON Schema beside it, and check it as a run does. No file is overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from appointment_conformance.api import api_of
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_conformance.targets.default_file import DEFAULTS
from appointment_conformance.targets.draft import SCHEMA_FILE, TargetDraft
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets.variables import holds_variable
from appointment_conformance.targets_file import installed_forms, read_targets

#: The keys that hold no secret, and whose values may need their variables to be read.
_WITHOUT_SECRETS: Final = frozenset({"fixtures", "limits", "provision"})


def refuse_existing(output: Path) -> None:
    """Raise ConfigurationError if `output` exists, or if it is a default targets file and the other one exists."""
    both = DEFAULTS if output in DEFAULTS else (output,)
    for path in both:
        if os.path.lexists(path):
            raise ConfigurationError(
                f"{path} exists, and init changes no file: choose another --output; to have the new target in {path}, "
                "copy it from there."
            )


def checked(draft: TargetDraft, output: Path, environ: Mapping[str, str]) -> Target:
    """Return the target of a draft as a run reads it from `output`. A token whose variable is not set gets a stand-in.

    Raises ConfigurationError for settings that a run refuses, for a document that cannot be its contract, and for a
    secret that would be written into the file.
    """
    stand_ins = {variable: f"value-of-{variable}" for variable in draft.variables.values()}
    text = TargetsText(output, draft.text, output.parent, stand_ins)
    (target,) = read_targets(text, [draft.name], {name: value for name, value in environ.items() if value})
    for name in _written_secrets(draft):
        raise ConfigurationError(f"--set: {name} is a secret; give ${{VARIABLE}} in its place, and set the variable.")
    api_of(target)
    return target


def _written_secrets(draft: TargetDraft) -> tuple[str, ...]:
    """Return the names of the secrets that a draft holds as text, however they are escaped there."""
    kept = {key: value for key, value in draft.entry.items() if key not in {*draft.variables, *_WITHOUT_SECRETS}}
    secrets = Target.from_dict(draft.name, kept, draft.form).secrets()
    return tuple(name for name, value in secrets.items() if not holds_variable(value))


def write_targets(draft: TargetDraft, output: Path) -> tuple[str, ...]:
    """Write the targets file and, unless there is one, the schema beside it; return a sentence for each file.

    Raises ConfigurationError if a file cannot be written.
    """
    schema, text = output.parent / SCHEMA_FILE, installed_forms().written_schema_text + "\n"
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(draft.text)
        if not schema.exists():
            schema.write_text(text, encoding="utf-8")
            return f"{output} is written", f"{schema} is written, by which editors check it"
        is_same = schema.read_text(encoding="utf-8") == text
    except FileExistsError:
        refuse_existing(output)
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"{output} or {schema} cannot be written: {reason}.") from error
    kept = f"{schema} exists and is kept; `appointment-conformance targets schema` prints the schema of this version"
    return (f"{output} is written", *(() if is_same else (kept,)))
