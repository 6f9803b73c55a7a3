"""The command line: one module a command, the workers that run targets side by side, and the console."""
