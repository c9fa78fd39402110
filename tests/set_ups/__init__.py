"""Tests of what compares set-ups: recommend, report."""
