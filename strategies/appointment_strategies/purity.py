"""Purity: a probe breaks exactly one rule, so that its answer is about that rule only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class ImpureProbe(ValueError):  # noqa: N818  # the name describes the probe, not an error
    """Raised for a probe that breaks no rule, another rule or several rules, or that asks an open question."""


def assert_breaks_alone(rule: str, broken: Collection[str], question: str | None, probe: object) -> None:
    """Check that a probe breaks `rule` and no other rule, and asks no open question.

    `broken` has the rules that it breaks according to the model of its API, `question` the open question that it asks.
    Raises ImpureProbe otherwise, with what was found.
    """
    if set(broken) != {rule}:
        raise ImpureProbe(f"the probe has to break {rule!r} alone, but breaks {sorted(broken)!r}: {probe!r:.200}")
    if question is not None:
        raise ImpureProbe(f"the documents leave open how this is answered ({question}): {probe!r:.200}")
