"""The command line: the commands, the worker processes that run targets side by side, and the console."""
