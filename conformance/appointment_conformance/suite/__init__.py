"""The suite: one folder a vendor, one file a section of its contract, one function a requirement."""
