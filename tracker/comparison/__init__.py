"""Comparison of set-ups: statistics of counts, pure. The read side (``reports``) brings the counts."""
