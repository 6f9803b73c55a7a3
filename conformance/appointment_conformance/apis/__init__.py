"""The built-in APIs, one package each: all that is particular to a vendor."""
