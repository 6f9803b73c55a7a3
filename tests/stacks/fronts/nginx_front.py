"""nginx in front of an API: a reverse proxy with the program's own defaults, and what a `server` adds to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from front_process import Setup, program
from private_authority import Authority

CONFIGURATION = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 128; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port}{listen};
        {server}
        location / {{
            {location}
        }}
    }}
}}
"""


def nginx(*, location: str, server: str = "", http: str = "", listen: str = "") -> Setup:
    """Return the setup of an nginx with one server and one location; everything else is as nginx has it by default."""
    path = program("nginx")

    def setup(folder: Path, port: int) -> Sequence[str]:
        # The workers of root would give up their rights and could not reach the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        text = CONFIGURATION.format(
            folder=folder, port=port, user=user, http=http, server=server, location=location, listen=listen
        )
        configuration = folder / "nginx.conf"
        configuration.write_text(text, encoding="utf-8")
        return path, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)

    return setup


def proxied(port: int, more: str = "") -> str:
    """Return the lines of a location that passes everything on to the API on a loopback port."""
    return f"proxy_pass http://127.0.0.1:{port}; {more}"


def secured(made: Authority) -> str:
    """Return the lines of a server with the certificate of an authority."""
    return f"ssl_certificate {made.certificate}; ssl_certificate_key {made.key};"
