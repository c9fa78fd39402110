"""Turn sharing on and off for one project: the remote, the refspec in its configuration, the key, the refs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.errors import NotTracked, TrackerError, UsageError
from tracker.git import own_refs
from tracker.git.config import add_own, own_values, remove_own
from tracker.ledger.user_key import make_user_key, read_user_key
from tracker.project.project import Project
from tracker.project.share_files import THEIRS, is_refspec_of_ours, refspec_of, renamed
from tracker.sharing.places import own_ref, writer_of
from tracker.sharing.send import NO_KEY
from tracker.text import listed, printable

_DEFAULT_REMOTE: Final = "origin"


def remote_to_share_with(project: Project, wanted: str | None) -> str:
    """Return the remote through which a project is to share: the wanted one, that of before, origin, or the only one.

    Raises UsageError where there is none, or none of several was named and none was sealed; TrackerError where the
    project shared before and the key of that time is gone.
    """
    remotes = project.repository.remotes()
    if not remotes:
        raise UsageError("this repository has no remote to share through: add one with 'git remote add' first.")
    chosen = wanted or _remembered(project)
    if chosen is None and len(remotes) > 1 and _DEFAULT_REMOTE not in remotes:
        raise UsageError(f"this repository has the remotes {listed(remotes)}: name one with --share-remote.")
    if chosen is None:
        chosen = _usual(remotes)
    if chosen not in remotes:
        raise UsageError(f"this repository has no remote '{printable(chosen)}'.")
    if _lacks_its_key(project):
        raise TrackerError(f"sharing is not turned on: {NO_KEY}")
    return chosen


def _usual(remotes: Sequence[str]) -> str:
    return _DEFAULT_REMOTE if _DEFAULT_REMOTE in remotes else remotes[0]


def _remembered(project: Project) -> str | None:
    """Return the remote of before, by the name that it has now; None if there was none.

    Raises UsageError for one that nobody vouches for and that is not the usual one.
    """
    named = project.files.sharing.claimed_remote()
    remotes = project.repository.remotes()
    if named is not None and named not in remotes:
        named = renamed(project.repository.push_targets(), named) or named
    if named is not None and project.shared_remote is None and named != _usual(remotes):
        raise UsageError(
            f"a file that this ledger's key does not seal says that this project shares through '{printable(named)}':"
            " name the remote with --share-remote."
        )
    return named


def _lacks_its_key(project: Project) -> bool:
    """Return True if a project shared before and the key is gone: no other machine would trust a new one.

    Raises TrackerError where the key cannot be read.
    """
    ledger = project.ledger.path
    try:
        if read_user_key(ledger) is not None:
            return False
    except OSError as error:
        raise _unwritten("on", error) from error
    if project.shared_remote is not None:
        return True
    try:
        return bool(project.repository.refs([own_ref(writer_of(ledger, project.files.id()))]))
    except (NotTracked, OSError):  # it cannot have shared: nothing here has a name
        return False


def _unwritten(what: str, error: OSError) -> TrackerError:
    return TrackerError(f"sharing cannot be turned {what}: {error.filename}: {error.strerror or error}.")


def turn_on(project: Project, remote: str) -> list[str]:
    """Have a project share its events through a remote; return sentences about what was done.

    Raises TrackerError where something cannot be written.
    """
    files = project.files.sharing
    try:
        make_user_key(project.ledger.path)
        was_sealed, before = project.shared_remote is not None, files.claimed_remote()
        if before not in {None, remote}:
            turn_off(project)
        is_new = add_own(project.repository.common_dir, f"remote.{remote}.fetch", refspec_of(remote))
        files.turn_on(remote, project.own_ledger_path, project.files.id())
    except OSError as error:
        raise _unwritten("on", error) from error
    if not is_new and was_sealed and before == remote:
        return []
    return [f"Events are shared through {remote}: pushed after your pushes, fetched with your fetches.", _ONE_KEY]


_ONE_KEY = (
    "Your machines need one key: what 'agent-tracker share key' prints on the first of them, enter on the others with"
    " 'agent-tracker share trust'."
)


def turn_off(project: Project) -> list[str]:
    """Take back what ``turn_on`` did here; return sentences about it. What the remote has stays there.

    Raises TrackerError where something cannot be written.
    """
    files, common_dir = project.files.sharing, project.repository.common_dir
    was_on, remote = files.has_mark(), files.claimed_remote()
    remotes = project.repository.push_targets()
    if remote is not None and remote not in {one.name for one in remotes}:
        remote = renamed(remotes, remote) or remote
    names = {*project.repository.remotes(), *filter(None, [remote])}
    try:
        removed = sum(_remove_refspecs(common_dir, name) for name in sorted(names))
        if not (was_on or removed):
            return []
        ours = own_ref(writer_of(project.ledger.path, project.files.id()))
        has_sent = own_refs.remove_refs(common_dir, ours)
        own_refs.remove_refs(common_dir, THEIRS)
        files.turn_off()
    except OSError as error:
        raise _unwritten("off", error) from error
    done = ["Events are no longer shared."]
    if has_sent and remote:
        done.append(f"What was pushed stays there; to remove it: git push {remote} --delete {ours}")
    return done


def _remove_refspecs(common_dir: Path, remote: str) -> int:
    """Take our refspecs out of a remote's configuration, whatever it was called when they were written."""
    name = f"remote.{remote}.fetch"
    ours = {value for value in own_values(common_dir, name) if is_refspec_of_ours(value)}
    return sum(remove_own(common_dir, name, value) for value in sorted(ours))
