"""The pytest plugin: its options and hooks, the session of a run, and requirements as pytest items."""
