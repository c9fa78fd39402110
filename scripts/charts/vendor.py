"""Build the chart library of the report page, or with ``--check`` compare it with the one in the repository.

npm installs exactly what the lock file names, in a temporary folder and without running scripts of packages; esbuild
makes one file of the functions that ``plot.js`` here names. Two builds give the same bytes.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
VENDOR: Final = HERE.parents[1] / "tracker" / "reports" / "page" / "vendor"
_SOURCES: Final = ("package.json", "package-lock.json", ".npmrc", "plot.js")
_STYLE: Final = re.compile(r"`(:where\(\.\$\{(\w+)\}\) \{.*?\})`", re.DOTALL)
"""The style that Plot writes into each chart, as a template of the class that the chart has."""


def main(arguments: list[str]) -> int:
    """Write the files of ``vendor/``; with ``--check`` name those that differ instead and return 1 if any does."""
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
    stale = [name for name, data in built.items() if not _is(VENDOR / name, data)]
    if arguments == ["--check"]:
        for name in stale:
            sys.stderr.write(f"{VENDOR / name} differs from what scripts/vendor-charts builds.\n")
        return 1 if stale else 0
    VENDOR.mkdir(exist_ok=True)
    for name in stale:
        (VENDOR / name).write_bytes(built[name])
    return 0


def build(folder: Path) -> dict[str, bytes]:
    """Return the content of each file of ``vendor/``. ``folder``: an empty one to work in.

    Raises CalledProcessError when npm or esbuild fails.
    """
    for name in _SOURCES:
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    bundle = [
        *("--bundle", "--minify", "--format=iife", "--global-name=Plot", "--legal-comments=none"),
        *("--target=es2022", "--outfile=out.js", "--metafile=meta.json", "--log-level=warning"),
    ]
    subprocess.run([folder / "node_modules" / ".bin" / "esbuild", "plot.js", *bundle], cwd=folder, check=True)
    code = (folder / "out.js").read_bytes()
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    places = sorted({*_places(folder / "meta.json"), *(f"node_modules/{name}" for name in lock[""]["dependencies"])})
    facts = {
        "packages": [_facts(folder / place, lock[place]) for place in places],
        "esbuild": lock["node_modules/esbuild"]["version"],
        "sha256": hashlib.sha256(code).hexdigest(),
        "style": _style(code.decode()),
    }
    return {
        "plot.js": code,
        "LICENSES.txt": "\n\n".join(_licences(folder, places)).encode(),
        "vendor.json": (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode(),
    }


def _places(metafile: Path) -> Iterable[str]:
    """Yield the folders of the packages of which something is in the bundle, by esbuild's own account of it."""
    (output,) = json.loads(metafile.read_text(encoding="utf-8"))["outputs"].values()
    for path, part in output["inputs"].items():
        if part["bytesInOutput"] and path.startswith("node_modules/"):
            yield _package_of(path)


def _package_of(path: str) -> str:
    """Return the folder of the package that a file belongs to, as ``node_modules/@observablehq/plot``."""
    before, _, inside = path.rpartition("node_modules/")
    return f"{before}node_modules/{'/'.join(inside.split('/')[: 2 if inside.startswith('@') else 1])}"


def _facts(place: Path, locked: Mapping[str, Any]) -> dict[str, str]:
    named = json.loads((place / "package.json").read_text(encoding="utf-8"))
    return {
        "name": named["name"],
        "version": locked["version"],
        "license": named["license"],
        "integrity": locked["integrity"],
    }


def _licences(folder: Path, places: Iterable[str]) -> Iterable[str]:
    """Yield the name, version and licence text of each package. Raises StopIteration where one has no text."""
    for place in places:
        named = json.loads((folder / place / "package.json").read_text(encoding="utf-8"))
        text = next(path for path in sorted((folder / place).iterdir()) if path.name.upper().startswith("LICEN"))
        yield f"{named['name']} {named['version']}\n\n{text.read_text(encoding='utf-8').strip()}\n"


def _style(code: str) -> str:
    """Return the text of the style in each chart, for the class ``plot``. Raises ValueError if there is none."""
    found = _STYLE.search(code)
    if found is None:
        raise ValueError("Plot writes its style in another way now: the page's policy needs its exact text.")
    return found[1].replace(f"${{{found[2]}}}", "plot")


def _is(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
