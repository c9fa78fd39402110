"""Measurements of what agent-tracker costs; ``python scripts/benchmark`` runs them all and prints the results.

One module for each thing that is measured: ``__main__`` lists the subjects, and ``tracking`` those of the first one.
``sandbox`` runs programs in an isolated environment, ``rivals`` and ``timing`` time them in turns, ``fresh_backfill``
is a backfill as a user runs the first one, ``checks`` tell if commits were recorded, ``histories`` and ``realistic``
make commits to measure with, ``sizes`` has all numbers, and ``report`` prints tables.
"""
