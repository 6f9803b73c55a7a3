"""What Omneo promises about linking and unlinking an appointment."""
