"""Hooks for a team's own runs of Schemathesis: the rules of the suite as checks, its formats, and its guard.

    SCHEMATHESIS_HOOKS=appointment_conformance.schemathesis_hooks schemathesis run CONTRACT --url BASE_URL

The environment variables CONFORMANCE_TARGETS and CONFORMANCE_TARGET name a targets file and a target in it. To import
this module registers everything with Schemathesis. Where the target cannot be used it writes one sentence to standard
error and ends the process with exit code 2, because without a guard nothing may be sent.

It registers nothing in a process that is no command of Schemathesis: the suite's own runs, which read the same variable
through Schemathesis, have a guard and checks of their own.
"""

from __future__ import annotations

import os
import sys

from .schemathesis_runs.chosen_target import chosen_target
from .schemathesis_runs.registration import register
from .schemathesis_runs.stop import stopped

if "schemathesis.cli" in sys.modules:
    with stopped():
        register(*chosen_target(os.environ))
