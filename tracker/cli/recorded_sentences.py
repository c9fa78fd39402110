"""Sentences on what a reconcile or backfill recorded: only what happened, and what to do about what did not."""

from tracker.recording.reconcile import RecordingResult
from tracker.text import number_of

_ASK_DOCTOR = "'agent-tracker doctor' says why"


def recorded_sentence(result: RecordingResult, *, dry_run: bool = False) -> str:
    """Return what was recorded; with ``dry_run`` what would be."""
    if not result.recorded:
        known = f"all {result.already_known} commits are recorded already" if result.already_known > 1 else ""
        first = f"Nothing is missing: {known}." if known else "There is nothing new to record."
    else:
        earlier = "was" if result.already_known == 1 else "were"
        known = f"; {result.already_known} {earlier} recorded before" if result.already_known else ""
        first = f"{number_of(result.recorded, 'commit')} {_verb(result.recorded, dry_run=dry_run)} recorded{known}."
    return " ".join([first, *_left(result)])


def _left(result: RecordingResult) -> list[str]:
    """Return the sentences on what could not be recorded."""
    sentences = []
    if result.spooled:
        waits = "waits" if result.spooled == 1 else "wait"
        sentences.append(f"{number_of(result.spooled, 'event')} still {waits}: {_ASK_DOCTOR}.")
    if result.set_aside:
        was = "was" if result.set_aside == 1 else "were"
        sentences.append(f"{number_of(result.set_aside, 'entry')} {was} set aside, unread: {_ASK_DOCTOR}.")
    return sentences


def taken_back_sentence(forgotten: int, kept: int, *, dry_run: bool) -> str:
    """Return how many commits of backfills were taken back, and how many stay."""
    stay = f"; {number_of(kept, 'graded commit')} {'stays' if kept == 1 else 'stay'}" if kept else ""
    if not forgotten:
        return f"No commit is taken back{stay}."
    return f"{number_of(forgotten, 'commit')} {_verb(forgotten, dry_run=dry_run)} taken back{stay}."


def _verb(number: int, *, dry_run: bool) -> str:
    return "would be" if dry_run else "was" if number == 1 else "were"
