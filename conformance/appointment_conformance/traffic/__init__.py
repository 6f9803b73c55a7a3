"""Everything between a probe and the target: client, guard, rate limits, connections, redaction and recording."""
