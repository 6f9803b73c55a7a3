"""The page on verdicts says how many pairs are sent at the same instant, and what they detect."""

from __future__ import annotations

import pytest
from pages import tables, text_of

from appointment_conformance.apis.mijnklantportaal import scenarios as mijnklantportaal
from appointment_conformance.apis.omneo import races as omneo_races

ROWS = tables(text_of("docs/verdicts.md"))["Two requests at the same instant"]
COUNTS = [omneo_races.TWO_LINKS.pairs, omneo_races.BOTH.pairs, mijnklantportaal.PAIRS]


@pytest.mark.parametrize(("row", "pairs"), [*zip(ROWS, COUNTS, strict=True)], ids=lambda value: str(value)[:30])
def test_the_page_states_the_pairs_and_the_rate_they_show(row, pairs):
    """Each row has the number of pairs that a run sends, and the smallest share at which a defect is detected."""
    _, count, rate = row
    assert count.split(",")[0] == str(pairs)
    assert rate == f"{omneo_races.rate_seen(pairs):.0%} of the pairs".replace("%", " %")


def test_the_rate_is_that_of_all_pairs_missing_the_defect():
    """Ten pairs miss a defect of exactly that rate in one run of twenty."""
    assert (1 - omneo_races.rate_seen(10)) ** 10 == pytest.approx(0.05)
