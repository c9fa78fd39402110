"""A team on PostgreSQL: what is sent of a ledger, the server that collects it, and the comparison over all members."""
