"""Make fixtures for a run through the target's own operations, and remove them after it."""
