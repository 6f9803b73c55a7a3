"""The requirements of the bookings API."""

SECTIONS = ("confirming", "refusals")
