"""Read the direct dependencies in a manifest: names only, each with its registry, as ``pypi/flask``.

A manifest is untrusted. One that is no UTF-8, or that its parser refuses, has no dependencies; a value of another type
than expected adds none; neither stops the others. Manifests that are programs (setup.py, Gemfile, build.gradle,
mix.exs) are not read: only running them would tell what they say.
"""

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from xml.parsers.expat import ExpatError

import orjson

from tracker.profiles.xml_elements import elements

LARGEST: Final = 128 << 10
"""Bytes of a manifest; those of large workspaces have less than half of it."""
_MOST_DOTS: Final = 200
"""Dots in a line of TOML: a key of many parts takes tomllib time that grows with their square, minutes in one line."""

_NAME: Final = re.compile(r"[A-Za-z0-9@_][A-Za-z0-9@._/:+-]{0,99}")
"""Names of dependencies in all registries: without controls or spaces, so that they can be printed."""
_PYTHON_NAME: Final = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?=\s|[\[(<>=!~;@,#]|$)")
"""The name that a requirement begins with (PEP 508), and no path or address."""


def dependencies_in(kind: str, content: bytes) -> set[str]:
    """Return the direct dependencies that a manifest of a kind names; empty for kinds that are not read."""
    reader = _READERS.get(kind)
    if reader is None:
        return set()
    try:
        # A byte order mark is no part of the text (npm and Visual Studio write it).
        return {name for name in reader(content.decode("utf-8-sig")) if _NAME.fullmatch(name)}
    except (ValueError, RecursionError, configparser.Error, ExpatError):
        return set()  # tomllib, orjson and UTF-8 raise ValueErrors


def _pyproject(text: str) -> Iterator[str]:
    """Yield those of the standard tables and groups, and of Poetry's (packaging.python.org, python-poetry.org)."""
    content = _toml(text)
    project, poetry = _table(content, "project"), _table(content, "tool", "poetry")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += _table(content, "dependency-groups").values()
    for requirements in lists:
        yield from _python(_texts(requirements))
    tables = [poetry, *(_table(group) for group in _table(poetry, "group").values())]
    for table in tables:
        yield from _python(name for key in ("dependencies", "dev-dependencies") for name in _table(table, key))


def _pipfile(text: str) -> Iterator[str]:
    content = _toml(text)
    yield from _python([*_table(content, "packages"), *_table(content, "dev-packages")])


def _setup_cfg(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    lists = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        lists += [value for _, value in parser.items("options.extras_require")]
    yield from _python(line for one in lists for line in one.splitlines())


def _requirements(text: str) -> Iterator[str]:
    """Yield those of pip's format: one on each line; options, comments and addresses are none."""
    yield from _python(line for line in text.splitlines() if not line.lstrip().startswith(("-", "#")))


def _package_json(text: str) -> Iterator[str]:
    content = _object(text)
    for key in ("dependencies", "devDependencies", "peerDependencies"):
        yield from (f"npm/{name}" for name in _table(content, key))


def _composer(text: str) -> Iterator[str]:
    content = _object(text)
    for key in ("require", "require-dev"):
        # Without a slash it is the language or an extension of it (getcomposer.org).
        yield from (f"packagist/{name.lower()}" for name in _table(content, key) if "/" in name)


def _cargo(text: str) -> Iterator[str]:
    content = _toml(text)
    tables = [content, _table(content, "workspace"), *(_table(one) for one in _table(content, "target").values())]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, value in _table(table, key).items():
                renamed = _table(value).get("package")  # the name that the registry knows
                yield f"crates/{renamed if isinstance(renamed, str) else name}"


def _go_mod(text: str) -> Iterator[str]:
    """Yield the modules of ``require`` lines and blocks that are not marked as indirect (go.dev/ref/mod)."""
    is_inside = False
    for line in text.splitlines():
        words = line.split()
        if words[:2] == ["require", "("]:
            is_inside = True
        elif words[:1] == [")"]:
            is_inside = False
        elif (is_inside or words[:1] == ["require"]) and not line.rstrip().endswith("// indirect"):
            name = words[0 if is_inside else 1 :][:1]
            yield from (f"go/{one}" for one in name if "." in one)


def _pom(text: str) -> Iterator[str]:
    """Yield group and artifact of the project's dependencies and its parent (maven.apache.org/pom.html)."""
    places = {("project", "dependencies", "dependency"), ("project", "parent")}
    group = ""
    for path, _, held in elements(text):
        if path[-1] == "groupId":
            group = held
        elif path[-1] == "artifactId" and path[:-1] in places:
            yield f"maven/{group}:{held}"


def _version_catalog(text: str) -> Iterator[str]:
    """Yield the libraries of a Gradle version catalog (docs.gradle.org)."""
    for value in _table(_toml(text), "libraries").values():
        library = _table(value)
        module = library.get("module") or f"{library.get('group')}:{library.get('name')}"
        text = value if isinstance(value, str) else module if isinstance(module, str) else ""
        yield "maven/" + ":".join(text.split(":")[:2])


def _dotnet(text: str) -> Iterator[str]:
    """Yield packages, frameworks and the kit of a project (learn.microsoft.com, "MSBuild reference")."""
    for path, attributes, _ in elements(text):
        if path[-1] in {"PackageReference", "FrameworkReference", "PackageVersion"}:
            yield f"nuget/{attributes.get('Include', '').lower()}"
        elif path == ("Project",):
            yield f"nuget/{attributes.get('Sdk', '').partition('/')[0].lower()}"


def _python(requirements: Iterable[str]) -> Iterator[str]:
    """Yield the normalized names (PEP 503) that requirements begin with."""
    for requirement in requirements:
        match = _PYTHON_NAME.match(requirement)
        if match and match[1].lower() != "python":  # Poetry lists the interpreter among the dependencies
            yield f"pypi/{re.sub(r'[-_.]+', '-', match[1]).lower()}"


def _toml(text: str) -> Mapping[str, Any]:
    if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise ValueError(_MOST_DOTS)
    return tomllib.loads(text)


def _object(text: str) -> Mapping[str, Any]:
    return _table(orjson.loads(text))


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return the table at some keys of a value; an empty one if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


_READERS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "pyproject.toml": _pyproject,
    "pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "requirements.txt": _requirements,
    "package.json": _package_json,
    "composer.json": _composer,
    "cargo.toml": _cargo,
    "go.mod": _go_mod,
    "pom.xml": _pom,
    "libs.versions.toml": _version_catalog,
    "*.csproj": _dotnet,
    "directory.packages.props": _dotnet,
}
