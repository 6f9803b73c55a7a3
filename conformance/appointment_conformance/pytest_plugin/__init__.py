"""The pytest plugin: options, hooks, the session of a run, and the requirements as pytest items."""
