"""Check that what a project shares with other machines can be sent and fetched."""

import time
from collections.abc import Iterator

from tracker.ledger.user_key import read_user_key
from tracker.project.project import Project
from tracker.project.share_files import THEIRS, refspec_of, renamed
from tracker.reports.doctor.finding import Finding
from tracker.text import printable


def findings(project: Project) -> Iterator[Finding]:
    """Yield why events could not be sent, and what keeps those of others from being fetched."""
    sharing = project.files.sharing
    remote = project.shared_remote
    if remote is None:
        if sharing.has_mark():
            yield Finding(
                "a file says that this project shares events, and this ledger's key does not seal it, so nothing is"
                " sent or read.",
                "agent-tracker init --share, or agent-tracker init --no-share",
            )
        return
    remotes = project.repository.push_targets()
    targets = {one.name: one.tracking for one in remotes}
    if remote not in targets and (now := renamed(remotes, remote)) is not None:
        yield Finding(
            f"this project shares events through the remote '{printable(remote)}', which is called"
            f" '{printable(now)}' now, so nothing is sent.",
            "agent-tracker init --share",
        )
        return
    if remote not in targets:
        yield Finding(
            f"this project shares events through the remote '{printable(remote)}', which it has no longer.",
            "agent-tracker init --share-remote NAME, or agent-tracker init --no-share",
        )
        return
    if (f"{THEIRS}{remote}/", "") not in targets[remote]:
        yield Finding(
            f"a fetch from {printable(remote)} does not bring what others share: its refspec {refspec_of(remote)} is"
            " gone.",
            "agent-tracker init --share",
        )
    if read_user_key(project.ledger.path) is None:
        yield Finding(
            "the key of your machines is missing, so nothing is sent.",
            "agent-tracker share trust, with the key of another machine; or agent-tracker share key, which makes one",
        )
    failure = sharing.failure()
    if failure is not None:
        seconds, reason = failure
        moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
        yield Finding(f"events could not be sent at {moment}: {printable(reason)}", "agent-tracker share push")
