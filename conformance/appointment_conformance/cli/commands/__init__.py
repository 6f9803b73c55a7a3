"""One module for each command. A command imports its implementation when it runs, so help and version come at once."""
