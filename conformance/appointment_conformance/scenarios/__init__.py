"""What is sent, and in which order: scripts of probes, the most valuable first."""
