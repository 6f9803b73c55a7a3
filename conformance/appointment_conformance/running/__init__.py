"""How a run goes: preflight, scenarios, verdicts, reports; one target or several."""
