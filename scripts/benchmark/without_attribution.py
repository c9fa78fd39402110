"""Run agent-tracker with an empty catalogue and no evidence from commits: its cost without attribution.

``backfill.py`` runs this file as a program, with agent-tracker's arguments.
"""

import sys
from functools import lru_cache
from pathlib import Path

from tracker import attribution
from tracker.__main__ import main
from tracker.attribution import Catalogue, catalogue_file
from tracker.model import Commit, Evidence


@lru_cache
def _empty_catalogue(path: Path) -> Catalogue:
    del path
    return Catalogue(())


def _no_evidence(commit: Commit, catalogue: Catalogue) -> list[Evidence]:
    del commit, catalogue
    return []


if __name__ == "__main__":
    catalogue_file.load_with_user_entries = _empty_catalogue
    attribution.evidence_from_commit = _no_evidence
    sys.exit(main())
