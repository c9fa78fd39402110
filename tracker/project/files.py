"""The files that agent-tracker keeps inside a repository's common git directory: ``<git-common-dir>/agent-tracker/``.

They make a project what it is wherever its ledger is: its random id, the baseline that recording began at, the spool,
what was set aside, the recorder's lock and log. All worktrees share them.
"""

import contextlib
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tracker.errors import NotTracked
from tracker.files import FileLock, append_log, atomic_write
from tracker.model import Oid, ProjectId

FOLDER: Final = "agent-tracker"

RECORD_REFS: Final = "record-refs"
"""Where the refs of other tools' records are remembered."""
REMOTE_REFS: Final = "remote-refs"
"""Where the remote-tracking branches are, whose reflogs tell of pushes."""

_MOST_ASKED: Final = 500

_ID: Final = re.compile(r"[0-9a-f]{32}\Z")
_OID: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


class ProjectFiles:
    """The files of one project. ``common_dir`` is the repository's common git directory."""

    def __init__(self, common_dir: Path) -> None:
        self.folder = common_dir / FOLDER
        self.spool = self.folder / "spool"
        self.pending = self.folder / "pending"
        self.aside = self.folder / "set-aside"
        self.hooks = self.folder / "hooks"
        self.lock = self.folder / "recorder.lock"
        self.trouble_log = self.folder / "recorder.log"
        self.defects_log = self.folder / "defects.log"

    def find_id(self) -> ProjectId | None:
        """The project's id, or None when the repository is not tracked."""
        try:
            text = (self.folder / "project-id").read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return ProjectId(text) if _ID.match(text) else None

    def id(self) -> ProjectId:
        """The project's id. Raises NotTracked."""
        found = self.find_id()
        if found is None:
            raise NotTracked(f"{self.folder.parent} is not tracked: run 'agent-tracker init' in its work tree first.")
        return found

    def begin(self, project_id: ProjectId | None, baseline: tuple[Oid, ...], ledger: Path) -> ProjectId:
        """Make the folder, with a new id unless one is given. The id is written last: it is what makes it tracked."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.spool.mkdir(mode=0o700, exist_ok=True)
        self._write("baseline", "".join(f"{oid}\n" for oid in baseline))
        self.set_ledger_path(ledger)
        return self.rename(project_id)

    def rename(self, project_id: ProjectId | None = None) -> ProjectId:
        """Write the id: the one given, or a new random one (a copied repository is a project of its own)."""
        chosen = project_id or ProjectId(secrets.token_hex(16))
        self._write("project-id", f"{chosen}\n")
        return chosen

    def baseline(self) -> tuple[Oid, ...]:
        """Commits whose ancestors are not recorded: those of ``begin``, or none once everything was backfilled."""
        if (self.folder / "backfilled").exists():
            return ()
        return self.first_baseline()

    def first_baseline(self) -> tuple[Oid, ...]:
        """The baseline that recording began at, whatever was backfilled since."""
        try:
            lines = (self.folder / "baseline").read_text(encoding="ascii", errors="replace").split()
        except FileNotFoundError:
            return ()
        return tuple(Oid(line) for line in lines if _OID.match(line))

    def set_backfilled(self, *, whole: bool) -> None:
        """Note that the whole history was backfilled, so that a lost ledger is rebuilt to the same extent, or undo."""
        if whole:
            self._write("backfilled", "")
        else:
            (self.folder / "backfilled").unlink(missing_ok=True)

    def ledger_path(self) -> str | None:
        """The ledger that the project records into, as it was resolved when tracking began; None when not known."""
        try:
            text = (self.folder / "ledger").read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return text or None

    def set_ledger_path(self, path: Path) -> None:
        """Remember the ledger, so that hooks find it whatever their environment is, and commands with them."""
        if self.ledger_path() != str(path):
            atomic_write(self.folder / "ledger", f"{path}\n".encode("utf-8", "surrogateescape"))

    def ledger_place(self) -> str:
        """The folder that the ledger was last seen in, as ``Ledger.place`` told it; empty when never."""
        try:
            return (self.folder / "ledger-place").read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def set_ledger_place(self, place: str) -> None:
        """Remember the folder that the ledger is in."""
        if self.ledger_place() != place:
            self._write("ledger-place", f"{place}\n")

    def sessions_to_ask(self) -> tuple[Oid, ...]:
        """Commits that were recorded while git waited, so that nobody asked their agents' session stores yet."""
        try:
            lines = (self.folder / "sessions-to-ask").read_text(encoding="ascii", errors="replace").split()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(Oid(line) for line in lines if _OID.match(line))[-_MOST_ASKED:]

    def note_sessions(self, wanted: Iterable[Oid], asked: Iterable[Oid]) -> None:
        """Remember commits to ask about, and forget those that were; where that fails a model is missing."""
        before = self.sessions_to_ask()
        after = [oid for oid in dict.fromkeys((*before, *wanted)) if oid not in {*asked}]
        if after != [*before]:
            with contextlib.suppress(OSError):
                self._write("sessions-to-ask", "".join(f"{oid}\n" for oid in after))

    def refs(self, name: str) -> dict[str, Oid]:
        """Where some refs stood when they were looked at last; ``name`` says by whom."""
        try:
            lines = (self.folder / name).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        except (FileNotFoundError, NotADirectoryError):
            return {}
        rows = (line.split(" ", 1) for line in lines)
        return {row[1]: Oid(row[0]) for row in rows if len(row) == 2 and _OID.match(row[0])}

    def note_refs(self, name: str, refs: Mapping[str, Oid]) -> None:
        """Remember where they stand; where that cannot be written they are looked at again."""
        if self.refs(name) != refs:
            text = "".join(f"{oid} {ref}\n" for ref, oid in sorted(refs.items()))
            with contextlib.suppress(OSError):
                atomic_write(self.folder / name, text.encode("utf-8", "surrogateescape"))

    def status_lock(self) -> FileLock:
        """The lock of whoever writes the project's status files."""
        return FileLock(self.folder / "status.lock")

    def set_mode(self, mode: str) -> None:
        """Tell the hooks whether to wait for the recorder (``sync``) or not.

        They cannot afford to ask git each time, and do so only when its configuration is newer than this file.
        """
        self._write("mode", f"{mode}\n")

    def note_agent(self, *, configured: bool) -> None:
        """Tell the guard's hook whether the settings say that an agent works here, which it cannot afford to ask."""
        place = self.folder / "agent"
        if not configured:
            place.unlink(missing_ok=True)
        elif not place.exists():
            self._write("agent", "")

    def guards(self) -> bool:
        """Whether the user asked for the guard (``init --guard``)."""
        return (self.folder / "guard").exists()

    def set_guard(self, *, on: bool) -> None:
        """Remember whether the guard is wanted."""
        if on:
            self._write("guard", "")
        else:
            (self.folder / "guard").unlink(missing_ok=True)

    def note_blindness(self, reason: str) -> bool:
        """Note why the guard cannot tell who is halted; whether that is news. True also where it cannot be noted."""
        try:
            with (self.folder / "guard-blind").open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{reason}\n")
        except FileExistsError:
            return False
        except OSError:
            pass
        return True

    def end_blindness(self) -> None:
        """The guard can tell again, so the next trouble is news."""
        with contextlib.suppress(OSError):
            (self.folder / "guard-blind").unlink(missing_ok=True)

    def note_made_hooks_dir(self) -> None:
        """Remember that there was no folder for hooks, so that ``uninstall`` takes it away again."""
        self._write("made-hooks-dir", "")

    def made_hooks_dir(self) -> bool:
        """Whether the folder for hooks is ours."""
        return (self.folder / "made-hooks-dir").exists()

    def log_trouble(self, text: str) -> None:
        """A line into the recorder's bounded log; where that cannot be written it is done without."""
        with contextlib.suppress(OSError):
            append_log(self.trouble_log, text)

    def log_defect(self, text: str) -> None:
        """A traceback into the bounded log of defects; where that cannot be written it is done without."""
        with contextlib.suppress(OSError):
            append_log(self.defects_log, text)

    def end_trouble(self) -> None:
        """Everything is recorded: what the recorder complained of is over, and kept as ``recorder.log.1``."""
        with contextlib.suppress(OSError):
            self.trouble_log.replace(self.trouble_log.with_name(f"{self.trouble_log.name}.1"))

    def end(self) -> None:
        """Take the id away: from now on the repository is not tracked, and recorders at work leave it alone."""
        (self.folder / "project-id").unlink(missing_ok=True)

    def remove(self) -> None:
        """Take the folder away with all that is in it, in one step for whoever would still write there."""
        gone = self.folder.with_name(f".{FOLDER}-removed-{secrets.token_hex(4)}")
        try:
            self.folder.rename(gone)
        except FileNotFoundError:
            return
        except OSError:  # Windows renames no folder in which a file is open
            gone = self.folder
        shutil.rmtree(gone, ignore_errors=True)

    def _write(self, name: str, text: str) -> None:
        atomic_write(self.folder / name, text.encode())
