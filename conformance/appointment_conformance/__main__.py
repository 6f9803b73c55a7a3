"""Makes `python -m appointment_conformance` the command line."""

from .command import main

main()
