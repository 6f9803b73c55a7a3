"""Omneo: link a profile or a list to an appointment, and unlink it."""
