"""The application for a server that imports it, on a database of its own."""

from pathlib import Path
from tempfile import mkdtemp

from flask_app import create_app
from flask_records import records

application = create_app(f"sqlite:///{Path(mkdtemp()) / 'appointments.sqlite'}", records())
