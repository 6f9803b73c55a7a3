"""Says which requirements of a vendor's appointment API hold, which do not, and which could not be judged."""

__all__ = ["__version__"]

__version__ = "0.1.0"
