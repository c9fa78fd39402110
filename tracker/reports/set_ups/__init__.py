"""Set-ups compared: what the totals say of each, which leads, how far it may be trusted, and why."""
