"""Store what every list and sheet shows at terminals of 80, 100 and 140 columns; read each change before committing it.

``tests/snapshots`` compares the stored texts with the output of the program.
"""

import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from tests.snapshots.lists import FOLDER, snapshots
from tests.snapshots.made_project import make_project


def main() -> None:
    """Write one file for each list, and remove those of lists that there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        written = snapshots(make_project(Path(folder).resolve()))
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        if path.stem not in written:
            path.unlink()
    for name, text in written.items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
