"""A team's own runs of Schemathesis: which target they use, what is kept back, and what is checked."""
