"""What is tested: a base URL with its credentials, fixtures and limits, read from a targets file or built in."""

from .file import deviations_path, names_in, read_targets
from .target import Fixtures, Limits, Provision, Target

__all__ = ["Fixtures", "Limits", "Provision", "Target", "deviations_path", "names_in", "read_targets"]
