"""Lessons for a task: commits, retrospectives and activities of the ledger whose words are near it.

Entry functions: ``ledger_search.search_ledger`` and ``git_log_search.search_logs``. This module imports nothing, so
that the recorder, which reads kept lessons (``kept_lessons``), does not load SQLite.
"""
