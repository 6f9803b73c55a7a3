"""The stored snapshots: plain files, one fact a line, and the difference between a stored one and today's."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "snapshots"
#: Characters of a line.
WIDTH = 120


def stored(name: str) -> Any:
    """Return the content of a stored snapshot: JSON, or the lines of a text; empty where there is none."""
    path = FOLDER / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text.splitlines() if path.suffix == ".txt" else json.loads(text or "{}")


def write(name: str, content: Any) -> None:
    """Store `content` under `name`."""
    text = "\n".join(content) if name.endswith(".txt") else _json(content)
    (FOLDER / name).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _json(value: Any, margin: str = "") -> str:
    """JSON with sorted keys; what fits into a line of its own stands in one, so that a changed fact is a changed line."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(margin) + len(plain) <= WIDTH and not _is_deep(value):
        return plain
    below, (opening, closing) = f"{margin}  ", "{}" if isinstance(value, dict) else "[]"
    items = (
        [f"{json.dumps(name)}: {_json(value[name], below)}" for name in sorted(value)]
        if isinstance(value, dict)
        else [_json(one, below) for one in value]
    )
    return f"{opening}\n" + ",\n".join(f"{below}{one}" for one in items) + f"\n{margin}{closing}"


def _is_deep(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(one, dict) for one in value.values())


def differences(before: Any, today: Any) -> list[str]:
    """Return what was added, removed or changed between two snapshots, one sentence each; empty where nothing was."""
    if isinstance(before, list) and isinstance(today, list):
        return list(_lines_changed(before, today))
    left, right = dict(_facts(before)), dict(_facts(today))
    return [
        *(f"removed: {name} = {left[name]}" for name in left if name not in right),
        *(f"added: {name} = {right[name]}" for name in right if name not in left),
        *(
            f"changed: {name} was {left[name]}, is {right[name]}"
            for name in left
            if left[name] != right.get(name, left[name])
        ),
    ]


def _lines_changed(before, today):
    for how, first, last, start, end in SequenceMatcher(None, before, today, autojunk=False).get_opcodes():
        if how != "equal":
            yield from (f"removed: line {first + at + 1}: {line}" for at, line in enumerate(before[first:last]))
            yield from (f"added: line {start + at + 1}: {line}" for at, line in enumerate(today[start:end]))


def _facts(value, path=""):
    """Yield each single fact of a JSON value with the path to it; a list of texts is one fact."""
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from _facts(below, f"{path} > {name}" if path else name)
    else:
        yield path, json.dumps(value, ensure_ascii=False)
