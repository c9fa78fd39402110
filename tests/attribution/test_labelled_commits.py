"""The attribution of labelled commits (vectors.jsonl), by the script that counts errors among them."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "attribution" / "vectors.jsonl"


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/confusion.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_all_labelled_commits_are_attributed_correctly() -> None:
    done = run_script("--json")
    report = json.loads(done.stdout)
    assert (report["wrong"], report["vectors"], done.returncode) == ([], 189, 0)


def test_wrong_attribution_is_counted_and_printed(tmp_path: Path) -> None:
    vector = json.loads(VECTORS.read_text(encoding="utf-8").split("\n", 1)[0])
    mislabelled = tmp_path / "v.jsonl"
    mislabelled.write_text(json.dumps(vector | {"expected_agent": "nobody"}) + "\n")
    done = run_script(str(mislabelled))
    assert (done.returncode, "1 wrong" in done.stdout, "nobody" in done.stdout) == (1, True, True)
