"""The requirements of MijnKlantportaal's contract, one module a section, in the order of the catalogue."""

SECTIONS = ("cancel", "effect", "path", "credentials", "errors", "method", "race", "accounts")
