"""What changed in a repository since the last reconcile, and which commits were rewritten into which."""
