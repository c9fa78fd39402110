"""Everything that git runs for us: hook files, their installation and removal, the guard, agents' instruction files."""
