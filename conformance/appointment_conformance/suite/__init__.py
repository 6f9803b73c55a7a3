"""The address of the suite for pytest: `pytest --pyargs appointment_conformance.suite`."""
