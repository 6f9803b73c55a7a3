"""In a real browser the report is a page of text: nothing in it runs, and nothing is fetched."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager

import pytest
from sample_runs import hostile

from appointment_reports import page

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--virtual-time-budget=2000", "--dump-dom"),
)
RAN = "document.documentElement.dataset.ran=1"
PAYLOADS = (
    "<script>{ran}</script>",
    "</script></title></style></textarea></template>--><script>{ran}</script>",
    "<img src={fetched} onerror={ran}>",
    "\"'><svg onload={ran}><a href=javascript:{ran} autofocus onfocus={ran}>",
    "</style><style>@import url({fetched});body{{background:url({fetched})}}</style>",
    "<iframe src={fetched}></iframe><link rel=stylesheet href={fetched}><object data={fetched}></object>",
    "<meta http-equiv=refresh content='0;url={fetched}'><base href={fetched}>",
    "<code>`<b onmouseover={ran}>`</code> `</code><script>{ran}</script>`",
)


@contextmanager
def listening():
    """Yield a port, and a list that grows with each connection to it."""
    called = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    called.append(connection.recv(200))

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1], called
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def opened(directory, text):
    """Open a page in the browser and return its document after everything is loaded."""
    file = directory / "page.html"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a program of the machine, with our own arguments
        [BROWSER, *OPTIONS, f"--user-data-dir={directory / 'profile'}", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_what_a_page_does_is_seen(tmp_path):
    """A page that runs a script and fetches something is found out, so that the test below can fail."""
    with listening() as (port, called):
        fetched = f"http://127.0.0.1:{port}/x"
        document = opened(tmp_path, "".join(PAYLOADS[:3]).format(ran=RAN, fetched=fetched))
    assert 'data-ran="1"' in document
    assert called


def test_a_hostile_report_does_nothing(tmp_path):
    """No text of a target makes a script run or a request leave the page of the report."""
    with listening() as (port, called):
        text = " ".join(PAYLOADS).format(ran=RAN, fetched=f"http://127.0.0.1:{port}/x")
        document = opened(tmp_path, page(hostile(text)))
    assert "data-ran" not in document.partition("<body")[0]
    assert "&lt;script&gt;" in document
    assert called == []
