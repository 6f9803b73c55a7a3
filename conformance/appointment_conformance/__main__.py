"""Makes `python -m appointment_conformance` the command line."""

from .cli.command import main

main()
