"""Count the files of each language, by their names alone."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from tracker.outcomes.counted_paths import is_counted

_SOURCE: Final = "languages.toml"


def count_languages(paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return the languages of files, with the number of files of each, the most first, then by name.

    Files that are vendored, generated or of no known language are left out.
    """
    by_extension = _by_extension()
    counted = Counter(
        language
        for path in paths
        if (language := by_extension.get(_extension(path))) is not None and is_counted(path, {})
    )
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _extension(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()


@cache
def _by_extension() -> Mapping[str, str]:
    languages = tomllib.loads((files("tracker.profiles") / _SOURCE).read_text(encoding="utf-8"))
    return {extension: name for name, extensions in languages.items() for extension in extensions}
