"""The error of this package."""

from __future__ import annotations


class ReportError(Exception):
    """A report could not be written. The message is one sentence for the person who started the run."""
