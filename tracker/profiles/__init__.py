"""Profiles of projects: their languages, frameworks and dependencies, read from git and kept in the ledger."""
