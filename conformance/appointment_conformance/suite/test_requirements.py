"""What `pytest --pyargs appointment_conformance.suite` collects: the requirements of the target's API, as items.

The plugin makes the items; without it there is nothing to collect here.
"""
