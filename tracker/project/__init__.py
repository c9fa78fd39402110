"""One tracked repository: id, files, settings, spool."""
