"""Export of the original's database by the script that its own library runs."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.exchange.conftest import elsewhere
from tests.exchange.original_rows import activity, agent, commit, flat, grade
from tests.exchange.random_ledgers import exported
from tests.program import WHOLE
from tests.support import Repo, one
from tracker.exchange.sources import export_script
from tracker.ledger import Ledger


def database(rest: int = 3 * 4096, last_page: int = 3) -> bytes:
    """Return a file that begins as those of the original's library do. ``rest``: bytes after the first page."""
    meta = struct.pack("<II16xI", 0xBEEFC0DE, 2, 4096) + bytes(92) + struct.pack("<QQ", last_page, 1)
    page = (bytes(24) + meta).ljust(4096, b"\0")
    return page + (page + bytes(rest))[:rest]


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
@pytest.mark.whole
def test_the_export_of_what_is_no_database_says_so_in_one_sentence(tmp_path: Path) -> None:
    contents = {
        "empty": b"",
        "text": b"a text that is longer than the head of a page" * 10,
        "ledger": bytes(16) + struct.pack("<II", 0xBEEFC0DE, 1) + bytes(8000),
        "cut": database()[:300],
        "short": database(rest=4096),
        "whole": database(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    told = {
        "empty": "is no database of", "text": "is no database of", "ledger": "is no database of", "cut": "is damaged",
        "short": "is cut short", "whole": "run 'npm install --no-save lmdb@3'", "folder": "is no file",
        "missing": "no such file",
    }  # fmt: skip
    for name, sentence in told.items():
        done = subprocess.run(
            ["node", str(export_script()), name], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
    none = subprocess.run(["node", str(export_script())], capture_output=True, text=True, check=False)
    assert (none.returncode, none.stderr) == (2, "Usage: node export.mjs FILE > rows.jsonl\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == contents


@pytest.mark.skipif(
    not (WHOLE and shutil.which("npm")), reason="needs npm and its registry: AGENT_TRACKER_TEST_WHOLE=1"
)
def test_the_two_commands_export_a_real_database(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    subprocess.run(["npm", "install", "--no-save", "lmdb@3"], cwd=tmp_path, check=True, capture_output=True)
    for form in ("named", "flat", "both"):
        rows = [agent(), commit(oid), grade(oid, 5, reason="user"), activity(actions="x" * 2000)]
        rows = {"named": rows, "flat": flat(rows), "both": [*rows, *flat(rows)]}[form]
        file = tmp_path / f"{form}.lmdb"
        code = """
            import { createRequire } from 'node:module'
            const { open } = createRequire(process.cwd() + '/here.js')('lmdb')
            const root = open({ path: process.argv[2], compression: true, maxDbs: 12 })
            for (const { db, key, value } of JSON.parse(process.argv[3])) {
              const shared = { sharedStructuresKey: Symbol.for('structures:' + db) }
              await (db ? root.openDB(db, shared) : root).put(key, value)
            }
            await root.close()
        """
        (tmp_path / "make.mjs").write_text(code)
        made = json.dumps(rows)
        subprocess.run(["node", "make.mjs", str(file), made], cwd=tmp_path, check=True)
        for lock in tmp_path.glob("*.lmdb-lock"):
            lock.unlink()
        before = (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
        command = ["node", str(export_script()), str(file)]
        printed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
        assert before == (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
        assert sorted(map(json.loads, printed.splitlines()), key=str) == sorted(json.loads(made), key=str)
        other = elsewhere(repo, tmp_path / f"home-{form}")
        (tmp_path / f"{form}.jsonl").write_bytes(printed)
        other.run("import", str(tmp_path / f"{form}.jsonl"))
        balance = one(line for line in exported(Ledger(other.path / "ledger")).splitlines() if b'"balance"' in line)
        assert b'"account":"opencode:api"' in balance
        (tmp_path / f"{form}.jsonl").unlink()
