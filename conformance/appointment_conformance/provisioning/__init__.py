"""Fixtures that are made for a run by the target's own operations, and removed after it."""
