"""Everything between a probe and the target: guard, secrets, pace, the one client, and what it recorded."""
