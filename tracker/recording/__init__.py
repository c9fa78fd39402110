"""The pipeline: event, spool, reconcile, evidence, entries, one transaction. Also backfill."""
