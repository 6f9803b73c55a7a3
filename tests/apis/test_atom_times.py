"""Which texts are times in the ATOM format, and of real days."""

from __future__ import annotations

import pytest

from appointment_conformance.apis.mijnklantportaal.requirements.cancel import _moment


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("2031-03-05T10:00:00+01:00", True),
        ("2031-03-05T10:00:00.123Z", True),
        ("2016-12-31T23:59:60Z", True),
        ("2017-01-01T05:29:60+05:30", True),
        ("2016-12-31T22:59:60Z", False),
        ("2031-02-30T10:00:00Z", False),
        ("2031-03-05T10:00:61Z", False),
        ("2031-03-05T10:00:00", False),
        ("2031-03-05", False),
    ],
)
def test_a_leap_second_is_a_time(text, is_time):
    """RFC 3339 allows second 60 at the end of a day in UTC, and nowhere else."""
    assert (_moment(text) is not None) is is_time
