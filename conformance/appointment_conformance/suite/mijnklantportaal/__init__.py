"""What MijnKlantportaal promises about cancelling an appointment."""
