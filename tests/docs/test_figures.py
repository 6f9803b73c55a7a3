"""What a run costs stands on several pages, as the self-test has counted it."""

from __future__ import annotations

import json
import re

from pages import tables, text_of

#: The requests of a conforming run, in the order of the APIs.
REQUESTS = re.findall(r"(?m)^\| requests of a run, reference-\w+ \| (\d+) \|$", text_of("docs/kill-matrix.md"))


def numbers(cells):
    """Return the number with which each cell begins."""
    return [re.match(r"\d+", cell)[0] for cell in cells]


def test_the_pages_have_the_counts_of_the_self_test():
    """The requests of each API are those of the kill matrix, and the used fixtures are alike."""
    assert len(REQUESTS) == 2
    readme = tables(text_of("README.md"))["What it costs"]
    requests, used, *_ = tables(text_of("docs/benchmarks.md"))["What a run costs the target, and catches"]
    assert numbers(row[1] for row in readme) == REQUESTS == requests[1:]
    assert numbers(row[2] for row in readme) == used[1:]


def test_the_sample_of_a_result_has_them_too():
    """The sample of `result.json` is that of a conforming run."""
    found = re.search(r"```json\n(\{.*?^\})", text_of("docs/reports.md"), re.MULTILINE | re.DOTALL)
    assert str(json.loads(found[1])["requests"]) == REQUESTS[1]
