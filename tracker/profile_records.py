"""Records of the profiles of projects: by which languages, frameworks and manifests two projects are alike.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import NamedTuple

from tracker.model import Oid


class ProfileRecord(NamedTuple):
    """``profiles``: languages, frameworks and dependencies of a project's default branch. Key: project.

    ``tip``: the commit whose tree was read. ``computed_at``: seconds at which that was last found to be the branch's
    tip. ``rules``: number of the rules by which it was read. ``languages``: each language with its number of files, the
    most first. ``manifests``: kinds of manifests found, such as ``package.json``. ``frameworks``: names of known
    frameworks among the dependencies. ``dependencies``: direct dependencies, with the registry that names them, as
    ``pypi/flask``. All but the languages are sorted.
    """

    tip: Oid
    computed_at: int
    rules: int
    languages: tuple[tuple[str, int], ...] = ()
    manifests: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
