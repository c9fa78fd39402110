"""Measurements of what tracking costs; ``scripts/benchmark.py`` runs them all and prints the results.

One module for each thing that is measured: ``commit_hooks``, ``guard``, ``rebase``, ``recorder``, ``backfill``,
``messages`` and ``lessons``. ``sandbox`` runs programs in an isolated environment, ``timing`` times variants in turns,
``histories`` makes commits to measure with, ``report`` prints tables.
"""
