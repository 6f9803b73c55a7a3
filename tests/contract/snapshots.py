"""The stored snapshots: plain files, one fact a line, and the difference between a stored one and today's."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    """JSON with sorted keys; what is not deep and fits into one line stands in one: a changed fact, a changed line."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not isinstance(value, dict | list) or (len(margin) + len(plain) <= WIDTH and not _is_deep(value)):
        return plain
    below = f"{margin}  "
    if isinstance(value, dict):
        items = [f"{json.dumps(name)}: {_json(value[name], below)}" for name in sorted(value)]
    else:
        items = [_json(one, below) for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(f"{below}{one}" for one in items) + f"\n{margin}{closing}"


def _is_deep(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(one, dict) for one in value.values())


def differences(before: Any, today: Any) -> list[str]:
    """Return what was added, removed or changed between two snapshots, one sentence each; empty where nothing was."""
    left, right = dict(_facts(before)), dict(_facts(today))
    return [
        *(f"removed: {name} = {_plain(left[name])}" for name in left if name not in right),
        *(f"added: {name} = {_plain(right[name])}" for name in right if name not in left),
        *(told for name in left if name in right for told in _changed(name, left[name], right[name])),
    ]


def _facts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each single fact of a snapshot with the path to it; a list is one fact."""
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from _facts(below, f"{path} > {name}" if path else name)
    else:
        yield path, value


def _changed(name: str, before: Any, today: Any) -> Iterator[str]:
    if isinstance(before, list) and isinstance(today, list):
        yield from _lines_changed(f"{name}, " if name else "", before, today)
    elif before != today:
        yield f"changed: {name} was {_plain(before)}, is {_plain(today)}"


def _lines_changed(where: str, before: list[Any], today: list[Any]) -> Iterator[str]:
    for how, first, last, start, end in SequenceMatcher(None, before, today, autojunk=False).get_opcodes():
        if how != "equal":
            yield from (f"removed: {where}line {first + at + 1}: {one}" for at, one in enumerate(before[first:last]))
            yield from (f"added: {where}line {start + at + 1}: {one}" for at, one in enumerate(today[start:end]))


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
