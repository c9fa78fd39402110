"""Changes of a repository since the last reconcile, and the rewrites that turned old commits into new ones."""
