"""The files of a project inside the repository's common git directory: ``<git-common-dir>/agent-tracker/``.

They identify a project wherever its ledger is: its random id, the baseline at which recording began, the spool, what
was set aside, the recorder's lock and logs. All worktrees share them. This module is on the hook path: it imports
nothing heavy.
"""

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.errors import NotTracked
from tracker.files import FileLock, append_log, read_regular
from tracker.model import LogPosition, Oid, ProjectId
from tracker.project.outcome_files import OutcomeFiles
from tracker.project.permissions import SHARED, make_folder, permissions_in
from tracker.project.push_hint import PushHint
from tracker.project.read_marks import ReadMarks
from tracker.project.set_aside import SetAside
from tracker.project.share_files import ShareFiles
from tracker.project.small_files import SmallFiles

FOLDER: Final = "agent-tracker"

_ID_FILE: Final = "project-id"
_LONGEST_ID: Final = 100
"""Bytes of the file of the id that are read."""
_ID: Final = re.compile(r"[0-9a-f]{32}\Z")


class ProjectFiles:
    """The files of one project. ``common_dir``: the repository's common git directory.

    Unless a method says otherwise it raises OSError when a file cannot be read or written; a missing file is no error.
    """

    def __init__(self, common_dir: Path) -> None:
        self.folder = common_dir / FOLDER
        self.spool = self.folder / "spool"
        self.pending_grades = self.folder / "pending"
        self.hooks = self.folder / "hooks"
        self.lock = self.folder / "recorder.lock"
        self.error_log = self.folder / "recorder.log"
        self.defect_log = self.folder / "defects.log"
        self.permissions = permissions_in(common_dir)
        self.set_aside = SetAside(self.folder / "set-aside", self.permissions)
        self.small = SmallFiles(self.folder, self.set_aside, self.permissions)
        self.read_marks = ReadMarks(self.small)
        self.push_hint = PushHint(self.folder, self.small)
        self.outcomes = OutcomeFiles(self.folder, self.small, self.permissions)
        self.sharing = ShareFiles(self.folder, self.small, self.permissions)

    # -- identity ------------------------------------------------------------------------------------------------

    def is_tracked(self) -> bool:
        """Return True if the repository is tracked, also if the file with its id is damaged."""
        return self.small.exists(_ID_FILE)

    def find_id(self) -> ProjectId | None:
        """Return the project's id; None if the repository is not tracked or the file is damaged."""
        try:
            text = read_regular(self.folder / _ID_FILE, _LONGEST_ID).decode("ascii", "replace").strip()
        except PermissionError:
            raise
        except OSError:
            return None
        return ProjectId(text) if _ID.match(text) else None

    def replace_damaged_id(self, project_id: ProjectId | None) -> ProjectId:
        """Set a damaged file of the id aside, and write and return an id: the given one, or a new one.

        Until the new file is there the repository looks untracked to other processes: a recorder that ends because of
        that leaves its event in the spool.
        """
        self.small.set_aside(_ID_FILE, "it holds no project's id")
        return self.write_id(project_id)

    def id(self) -> ProjectId:
        """Return the project's id. Raises NotTracked."""
        found = self.find_id()
        if found is None:
            place = self.folder.parent
            shown = place.parent if place.name == ".git" else place
            raise NotTracked(f"{shown} is not tracked: run 'agent-tracker init' in its worktree first.")
        return found

    def create(self, project_id: ProjectId | None, baseline: tuple[Oid, ...], ledger: Path) -> ProjectId:
        """Create the files, with a new id unless one is given, and return the id.

        The id is written last, since it is what makes the repository tracked.
        """
        self.make_spool()
        self.small.write("baseline", "".join(f"{oid}\n" for oid in baseline))
        self.set_ledger_path(ledger)
        return self.write_id(project_id)

    def make_spool(self) -> None:
        """Create the folder of the spool unless it exists; anything else in its place is set aside."""
        if self.spool.is_dir():
            return
        make_folder(self.folder, self.permissions)
        if os.path.lexists(self.spool):
            self.set_aside.move(self.spool, "it is not a folder")
        make_folder(self.spool, self.permissions)

    def write_id(self, project_id: ProjectId | None = None) -> ProjectId:
        """Write and return an id: the given one, or a new random one, as for a copied repository."""
        chosen = project_id or ProjectId(os.urandom(16).hex())
        self.small.write(_ID_FILE, f"{chosen}\n")
        return chosen

    def remove_id(self) -> None:
        """Remove the id: from now on the repository is not tracked, and running recorders leave it alone."""
        self.small.remove(_ID_FILE)

    def remove(self) -> None:
        """Remove the folder with all its files; the rename makes that one step for concurrent processes."""
        gone = self.folder.with_name(f".{FOLDER}-removed-{os.urandom(4).hex()}")
        try:
            self.folder.rename(gone)
        except FileNotFoundError:
            return
        except OSError:  # Windows renames no folder in which a file is open
            gone = self.folder
        import shutil

        shutil.rmtree(gone, ignore_errors=True)

    # -- baseline and ledger -------------------------------------------------------------------------------------

    def baseline(self) -> tuple[Oid, ...]:
        """Return the commits whose ancestors are not recorded: those of ``create``, none after a whole backfill."""
        return () if self.small.exists("backfilled") else self.first_baseline()

    def first_baseline(self) -> tuple[Oid, ...]:
        """Return the baseline at which recording began, whatever was backfilled since."""
        return self.small.oids("baseline")

    def share(self) -> None:
        """Open our folders and files to the group if the repository became a shared one after they were made.

        Each member can do that for what is that member's own.
        """
        if self.permissions is not SHARED:
            return
        for folder, folders, names in os.walk(self.folder):
            for name in (".", *folders):
                self._open_to_group(Path(folder, name), self.permissions.folder)
            for name in names:
                path = Path(folder, name)
                is_script = path.parent == self.hooks  # whose other permissions stay
                if path.is_file() and not path.is_symlink():
                    self._open_to_group(path, path.stat().st_mode | 0o050 if is_script else self.permissions.file)

    def _open_to_group(self, path: Path, mode: int) -> None:
        """Set the mode of a folder or file, unless it is another member's."""
        if path.stat().st_uid == os.geteuid():
            path.chmod(mode)

    def set_backfilled(self, *, whole: bool) -> None:
        """Remember if the whole history was backfilled, so that a lost ledger is rebuilt to that extent."""
        self.small.set_mark("backfilled", present=whole)

    def ledger_path(self) -> str | None:
        """Return the path of the project's ledger as it was resolved when tracking began; None if not known."""
        text = self.small.read("ledger").rstrip("\n")
        if text and (not Path(text).is_absolute() or "\n" in text or "\0" in text):
            self.small.set_aside("ledger", "it does not hold one absolute path")
            return None
        return text or None

    def set_ledger_path(self, path: Path) -> None:
        """Remember the ledger, so that hooks and commands find it whatever their environment is."""
        if self.ledger_path() != str(path):
            self.small.write("ledger", f"{path}\n")

    def ledger_folder_ids(self) -> str:
        """Return the identity of the folder that held the ledger last (``ledger.folder``); empty if not known."""
        return self.small.read("ledger-place").strip()

    def set_ledger_folder_ids(self, ids: str) -> None:
        """Remember the identity of the folder that holds the ledger."""
        if self.ledger_folder_ids() != ids:
            self.small.write("ledger-place", f"{ids}\n")

    def reflog_positions(self) -> dict[str, LogPosition]:
        """Return the positions of the reflogs at which recording began, keyed by name."""
        rows = (line.split(" ", 2) for line in self.small.read("reflogs").split("\n"))
        return {row[2]: LogPosition(int(row[0]), row[1]) for row in rows if len(row) == 3 and row[0].isdigit()}

    def set_reflog_positions(self, positions: Mapping[str, LogPosition]) -> None:
        """Remember the positions of the reflogs at which recording begins, keyed by name."""
        rows = (f"{position.size} {position.last_line} {name}\n" for name, position in positions.items())
        make_folder(self.folder, self.permissions)
        self.small.write("reflogs", "".join(rows))

    def backfill_lock(self) -> FileLock:
        """Return the lock that a backfill holds while it writes."""
        return FileLock(self.folder / "backfill.lock", self.permissions.file)

    def is_backfilling(self) -> bool:
        """Return True if a backfill is writing now; False also if that cannot be found out."""
        with contextlib.suppress(OSError), self.backfill_lock().hold(0.0) as is_held:
            return not is_held
        return False

    def status_lock(self) -> FileLock:
        """Return the lock of the process that writes the project's status files."""
        return FileLock(self.folder / "status.lock", self.permissions.file)

    # -- what hooks read without asking git ----------------------------------------------------------------------

    def set_mode(self, mode: str) -> None:
        """Store if hooks wait for the recorder (``sync``) or not (``detached``).

        Asking git each time is too slow for a hook; it asks only when git's configuration is newer than ``mode``. A
        mark says which it is, since a shell would read a damaged file to its end.
        """
        self.small.set_mark("sync", present=mode == "sync")
        self.small.write("mode", f"{mode}\n")

    def set_agent_configured(self, *, configured: bool) -> None:
        """Store for the guard's hook, which cannot ask git each time, if the settings name an agent or model."""
        self.small.set_mark("agent", present=configured)

    def is_guarded(self) -> bool:
        """Return True if the user asked for the guard (``init --guard``)."""
        return self.small.exists("guard")

    def set_guarded(self, *, on: bool) -> None:
        """Remember if the guard is wanted."""
        self.small.set_mark("guard", present=on)

    def has_written_instructions(self) -> bool:
        """Return True if ``init --instructions`` was run here: uninstall then removes the section for agents."""
        return self.small.exists("instructions")

    def set_written_instructions(self, *, on: bool) -> None:
        """Remember if the section for agents was written here."""
        self.small.set_mark("instructions", present=on)

    def record_guard_failure(self, reason: str) -> bool:
        """Record why the guard cannot check a commit; return True the first time, so that the warning is shown once.

        A write error is ignored and counts as the first time.
        """
        try:
            with (self.folder / "guard-blind").open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{reason}\n")
        except FileExistsError:
            return False
        except OSError:
            pass
        return True

    def clear_guard_failure(self) -> None:
        """Record that the guard can check again, so that the next failure is shown. A write error is ignored."""
        with contextlib.suppress(OSError):
            self.small.remove("guard-blind")

    def remember_made_hooks_dir(self) -> None:
        """Remember that the hooks directory was created for our hooks, so that ``uninstall`` removes it."""
        self.small.write("made-hooks-dir", "")

    def has_made_hooks_dir(self) -> bool:
        """Return True if the hooks directory was created for our hooks."""
        return self.small.exists("made-hooks-dir")

    def remember_hooks_folder(self, folder: str) -> None:
        """Remember a hooks directory, relative to the git directory, that holds our hooks; git may leave it later."""
        known = self.hooks_folders()
        if folder not in known and "\n" not in folder:
            self.small.write("hooks-folders", "".join(f"{one}\n" for one in (*known, folder)))

    def hooks_folders(self) -> list[str]:
        """Return the remembered hooks directories, relative to the git directory."""
        return [line for line in self.small.read("hooks-folders").split("\n") if line]

    # -- logs ----------------------------------------------------------------------------------------------------

    def log_error(self, text: str) -> None:
        """Append a line to the recorder's bounded log; a write error is ignored."""
        with contextlib.suppress(OSError):
            append_log(self.error_log, text, self.permissions.file)

    def log_defect(self, text: str) -> None:
        """Append a traceback to the bounded log of defects; a write error is ignored."""
        with contextlib.suppress(OSError):
            append_log(self.defect_log, text, self.permissions.file)

    def rotate_error_log(self) -> None:
        """Rename the recorder's log to ``recorder.log.1``, since everything is recorded now; an error is ignored."""
        with contextlib.suppress(OSError):
            self.error_log.replace(self.error_log.with_name(f"{self.error_log.name}.1"))
