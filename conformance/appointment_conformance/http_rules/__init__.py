"""Requirements of HTTP itself, for any API."""

SECTIONS = ("answers",)
