"""The bookings API for the appointment conformance suite: a booking is confirmed once, for good."""
