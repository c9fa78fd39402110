"""Turn sharing on and off for one project: the remote, the refspec in its configuration, the key, the refs."""

from typing import Final

from tracker.errors import TrackerError, UsageError
from tracker.git import own_refs
from tracker.git.config import add_own, remove_own
from tracker.ledger.user_key import make_user_key
from tracker.project.project import Project
from tracker.project.share_files import THEIRS, refspec_of
from tracker.sharing.places import own_ref, writer_of
from tracker.text import listed, printable

_DEFAULT_REMOTE: Final = "origin"


def remote_to_share_with(project: Project, wanted: str | None) -> str:
    """Return the remote through which a project is to share: the wanted one, that of before, origin, or the only one.

    Raises UsageError where there is none, or several and none of them was named.
    """
    remotes = project.repository.remotes()
    chosen = wanted or project.files.sharing.remote()
    if not remotes:
        raise UsageError("this repository has no remote to share through: add one with 'git remote add' first.")
    if chosen is None and len(remotes) > 1 and _DEFAULT_REMOTE not in remotes:
        raise UsageError(f"this repository has the remotes {listed(remotes)}: name one with --share-remote.")
    if chosen is None:
        chosen = _DEFAULT_REMOTE if _DEFAULT_REMOTE in remotes else remotes[0]
    if chosen not in remotes:
        raise UsageError(f"this repository has no remote '{printable(chosen)}'.")
    return chosen


def turn_on(project: Project, remote: str) -> list[str]:
    """Have a project share its events through a remote; return sentences about what was done.

    Raises TrackerError where something cannot be written.
    """
    files = project.files.sharing
    try:
        make_user_key(project.ledger.path)
        before = files.remote()
        if before not in {None, remote}:
            turn_off(project)
        is_new = add_own(project.repository.common_dir, f"remote.{remote}.fetch", refspec_of(remote))
        files.turn_on(remote)
    except OSError as error:
        raise TrackerError(f"sharing cannot be turned on: {error.filename}: {error.strerror or error}.") from error
    if not is_new and before == remote:
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
    was_on = files.is_on()
    remotes = {*project.repository.remotes(), *filter(None, [files.remote()])}
    try:
        removed = [one for one in sorted(remotes) if remove_own(common_dir, f"remote.{one}.fetch", refspec_of(one))]
        if not (was_on or removed):
            return []
        ours = own_ref(writer_of(project.ledger.path, project.files.id()))
        has_sent = own_refs.remove_refs(common_dir, ours)
        own_refs.remove_refs(common_dir, THEIRS)
        remote = files.remote()
        files.turn_off()
    except OSError as error:
        raise TrackerError(f"sharing cannot be turned off: {error.filename}: {error.strerror or error}.") from error
    done = ["Events are no longer shared."]
    if has_sent and remote:
        done.append(f"What was pushed stays there; to remove it: git push {remote} --delete {ours}")
    return done
