"""What is tested: a base URL with its credentials, fixtures and limits, read from a targets file or built in."""

from .file import read_targets
from .target import Fixtures, Limits, Provision, Target

__all__ = ["Fixtures", "Limits", "Provision", "Target", "read_targets"]
