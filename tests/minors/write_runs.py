"""Write runs.json anew, with the installed Schemathesis: `python tests/minors/write_runs.py`."""

from __future__ import annotations

import json
from pathlib import Path

from judged_runs import judged_runs

FILE = Path(__file__).parent / "runs.json"

if __name__ == "__main__":
    FILE.write_text(json.dumps(dict(judged_runs()), indent=2) + "\n", encoding="utf-8")
