"""Statements of people and agents about the work: grades, bugs, halts, journals, corrections, and who may make them."""
