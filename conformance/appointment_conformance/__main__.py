"""Makes `python -m appointment_conformance` the command line."""

from .cli.main import main

main()
