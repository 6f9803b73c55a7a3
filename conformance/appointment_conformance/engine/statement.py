"""The statement of a requirement or a question: the docstring of its function, also where Python has dropped it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from appointment_conformance.errors import ConfigurationError


def statement_of(function: Callable[..., Any]) -> str:
    """Return the docstring of `function`, from its source where Python runs without docstrings (`-OO`).

    Raises ConfigurationError where there is no source, either.
    """
    return inspect.getdoc(function) or _written(function.__code__.co_filename).get(function.__name__, "")


@cache
def _written(path: str) -> Mapping[str, str]:
    """The docstring of every function of a module, by its name."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except OSError as error:
        raise ConfigurationError(
            "Python runs without docstrings, which hold the requirements: leave out -OO and PYTHONOPTIMIZE=2."
        ) from error
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in functions}
