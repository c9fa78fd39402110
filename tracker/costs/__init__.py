"""Costs of commits: the calls, tokens and time of the part of a session that led to each; off the hook path."""
