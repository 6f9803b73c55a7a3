"""HAProxy in front of an API: a reverse proxy, and what a frontend adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from front_process import Setup, program

CONFIGURATION = """\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind 127.0.0.1:{port} {bind}
    {lines}
    default_backend api
backend api
    server api 127.0.0.1:{upstream}
"""


def haproxy(upstream: int, *lines: str, bind: str = "") -> Setup:
    """Return the setup of an HAProxy before the API on a loopback port, with more lines of its frontend."""
    path = program("haproxy")

    def setup(folder: Path, port: int) -> Sequence[str]:
        text = CONFIGURATION.format(port=port, upstream=upstream, bind=bind, lines="\n    ".join(lines))
        configuration = folder / "haproxy.cfg"
        configuration.write_text(text, encoding="utf-8")
        return path, "-db", "-f", str(configuration)

    return setup
