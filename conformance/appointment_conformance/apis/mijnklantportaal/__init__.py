"""MijnKlantportaal: cancel an appointment."""
