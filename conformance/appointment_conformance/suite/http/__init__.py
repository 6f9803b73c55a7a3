"""What HTTP promises about every exchange, whoever the vendor."""
