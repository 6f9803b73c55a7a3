"""Purity: a probe breaks exactly one rule, so that its answer speaks of that rule alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class ImpureProbe(ValueError):  # noqa: N818  # a name that says what it is, not that it is an error
    """Raised for a probe that breaks no rule, another rule, more than one rule, or that the documents leave open."""


def assert_breaks_alone(rule: str, broken: Collection[str], question: str | None, probe: object) -> None:
    """Return if a probe breaks `rule` and nothing else, and its answer is not an open question.

    `broken` are the rules that it breaks by the model of its API, `question` is the open question that it asks.
    Raises ImpureProbe otherwise, naming what was found.
    """
    if set(broken) != {rule}:
        raise ImpureProbe(f"the probe has to break {rule!r} alone, but breaks {sorted(broken)!r}: {probe!r:.200}")
    if question is not None:
        raise ImpureProbe(f"the documents leave open how this is answered ({question}): {probe!r:.200}")
