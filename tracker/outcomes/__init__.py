"""Outcomes of commits: reverted, fixed again, lines kept; facts from git, recorded off the hook path."""
