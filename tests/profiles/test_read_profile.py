"""Profiles read from real trees: languages, manifests, dependencies, frameworks, and the bounds of each."""

from pathlib import Path

import pytest

from tests.profiles.written_trees import commit_files, profile_of
from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.model import Oid
from tracker.profiles.dependencies import LARGEST
from tracker.profiles.manifests import MOST
from tracker.profiles.read_profile import read_profile

PYPROJECT = """
[project]
name = "api"
dependencies = ["FastAPI>=0.110", "sqlalchemy[asyncio]~=2.0 ; python_version > '3.8'", "zope.interface", "x @ https://e/x.whl"]
[project.optional-dependencies]
docs = ["Sphinx"]
[dependency-groups]
test = ["pytest>=8", {include-group = "other"}]
[tool.poetry.dependencies]
python = "^3.11"
httpx = {version = "0.27", extras = ["http2"]}
[tool.poetry.group.dev.dependencies]
ruff = "*"
"""
SETUP_CFG = """
[options]
install_requires =
    Django>=4.2
    django-filter
[options.extras_require]
tests =
    pytest-django
"""
REQUIREMENTS = """
# pinned
flask==3.0.0 \\
    --hash=sha256:0123
-r base.txt
--index-url https://example.com/simple
git+https://example.com/repo.git
https://example.com/wheel.whl
./local/folder
SQLAlchemy
celery[redis]>=5 # queue
"""
PACKAGE = """{
  "dependencies": {"react": "18"}, "devDependencies": {"@sveltejs/kit": "2"}, "peerDependencies": {"vue": "3"}
}"""
CARGO = """
[package]
name = "tool"
[dependencies]
clap = { version = "4", features = ["derive"] }
web = { package = "axum", version = "0.7" }
[dev-dependencies]
insta = "1"
[target.'cfg(unix)'.dependencies]
nix = "0.29"
[workspace.dependencies]
tokio = "1"
"""
GO_MOD = """
module example.com/tool
go 1.22
require github.com/spf13/cobra v1.8.0
require (
\tgithub.com/gin-gonic/gin v1.9.1
\tgolang.org/x/sys v0.1.0 // indirect
)
replace example.com/a => ../a
"""
POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent>
  <groupId>com.example</groupId><artifactId>shop</artifactId>
  <dependencies><dependency>
    <groupId>com.h2database</groupId><artifactId>h2</artifactId>
    <exclusions><exclusion><groupId>a</groupId><artifactId>left-out</artifactId></exclusion></exclusions>
  </dependency></dependencies>
  <build><plugins><plugin><groupId>b</groupId><artifactId>plugin</artifactId></plugin></plugins></build>
</project>
"""
CSPROJ = """\ufeff<Project Sdk="Microsoft.NET.Sdk.Web">
  <ItemGroup><PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="8.0.0" /></ItemGroup>
</Project>
"""
CATALOG = """
[versions]
ktor = "2.3"
[libraries]
server = { module = "io.ktor:ktor-server-core", version.ref = "ktor" }
gson = "com.google.code.gson:gson:2.10"
junit = { group = "junit", name = "junit", version = "4" }
"""


@pytest.mark.parametrize(
    ("name", "text", "dependencies", "frameworks"),
    [
        ("pyproject.toml", PYPROJECT,
         "pypi/fastapi pypi/httpx pypi/pytest pypi/ruff pypi/sphinx pypi/sqlalchemy pypi/x pypi/zope-interface",
         "fastapi sqlalchemy"),
        ("setup.cfg", SETUP_CFG, "pypi/django pypi/django-filter pypi/pytest-django", "django"),
        ("requirements.txt", REQUIREMENTS, "pypi/celery pypi/flask pypi/sqlalchemy", "celery flask sqlalchemy"),
        ("requirements/dev.in", "black\n", "pypi/black", ""),
        ("Pipfile", '[packages]\ndash = "*"\n[dev-packages]\nmypy = "*"\n', "pypi/dash pypi/mypy", "dash"),
        ("package.json", PACKAGE, "npm/@sveltejs/kit npm/react npm/vue", "react svelte vue"),
        ("composer.json", '{"require": {"php": "^8", "ext-json": "*", "Laravel/framework": "11"}}',
         "packagist/laravel/framework", "laravel"),
        ("Cargo.toml", CARGO, "crates/axum crates/clap crates/insta crates/nix crates/tokio", "axum clap tokio"),
        ("go.mod", GO_MOD, "go/github.com/gin-gonic/gin go/github.com/spf13/cobra", "cobra gin"),
        ("pom.xml", POM, "maven/com.h2database:h2 maven/org.springframework.boot:spring-boot-starter-parent", "spring"),
        ("src/Web/Web.csproj", CSPROJ, "nuget/microsoft.entityframeworkcore.sqlite nuget/microsoft.net.sdk.web",
         "asp.net entity-framework"),
        ("gradle/libs.versions.toml", CATALOG,
         "maven/com.google.code.gson:gson maven/io.ktor:ktor-server-core maven/junit:junit", "ktor"),
    ],
)  # fmt: skip
def test_direct_dependencies_and_frameworks_of_a_manifest(
    untracked: Repo, name: str, text: str, dependencies: str, frameworks: str
) -> None:
    found = profile_of(untracked, {name: text})
    assert list(found.dependencies) == dependencies.split()
    assert list(found.frameworks) == frameworks.split()
    assert len(found.manifests) == 1


@pytest.mark.parametrize("name", ["Gemfile", "build.gradle.kts", "mix.exs", "setup.py", "CMakeLists.txt"])
def test_manifest_that_is_a_program_is_named_and_not_read(untracked: Repo, name: str) -> None:
    found = profile_of(untracked, {name: 'gem "rails"\nimplementation("org.springframework:spring-web:6")\n'})
    assert (found.manifests, found.dependencies) == ((name.lower(),), ())


def test_languages_are_counted_by_files_and_the_most_come_first(untracked: Repo) -> None:
    files = {
        "a.py": "",
        "b.PY": "",
        "web/c.tsx": "",
        "d.ts": "",
        "e.ts": "",
        "Makefile": "",
        "README.md": "",
        "x.json": "",
    }
    left_out = {"node_modules/a/b.go": "", "vendor/c.rb": "", "app.min.js": "", "api_pb2.py": "", "no-extension": ""}
    assert profile_of(untracked, files | left_out).languages == (("typescript", 3), ("python", 2))


def test_manifests_of_other_projects_are_left_out(untracked: Repo) -> None:
    text = '{"dependencies": {"react": "18"}}'
    aside = (
        "tests/data/package.json",
        "examples/a/package.json",
        "node_modules/a/package.json",
        "a/b/c/d/e/package.json",
    )
    found = profile_of(untracked, dict.fromkeys(aside, text))
    assert (found.manifests, found.dependencies) == ((), ())
    assert profile_of(untracked, {"packages/web/package.json": text}).frameworks == ("react",)


def test_empty_tree_has_an_empty_profile(untracked: Repo) -> None:
    found = profile_of(untracked, {})
    assert found[3:] == ((), (), (), ())


def test_links_are_not_followed(untracked: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "secret.toml"
    outside.write_text('[project]\ndependencies = ["django"]\n')
    (untracked.path / "pyproject.toml").symlink_to(outside)
    (untracked.path / "folder").symlink_to("/etc")
    (untracked.path / "a.py").symlink_to(outside)
    found = profile_of(untracked, {"b.py": ""})
    assert found[3:] == ((("python", 1),), (), (), ())


def test_commit_decides_and_not_the_work_tree(untracked: Repo) -> None:
    tip = commit_files(untracked, {"requirements.txt": "django\n"})
    untracked.write("requirements.txt", "flask\n")
    untracked.write("b.py", "")
    found = read_profile(untracked.path / ".git", tip, 1)
    assert (found.frameworks, found.languages) == (("django",), ())


def test_submodules_are_left_out(untracked: Repo) -> None:
    commit_files(untracked, {"a.py": ""})
    untracked.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib.py")
    untracked.git("commit", "-qm", "chore: submodule")
    assert read_profile(untracked.path / ".git", Oid(untracked.head()), 1).languages == (("python", 1),)


def test_repositories_of_another_object_format_are_read(tmp_path: Path, environment: dict[str, str]) -> None:
    other = Repo.make(tmp_path / "sha256", environment, "--object-format=sha256")
    assert profile_of(other, {"go.mod": GO_MOD, "main.go": ""}).frameworks == ("cobra", "gin")


def test_missing_tree_is_a_known_error(untracked: Repo) -> None:
    tip = commit_files(untracked, {"folder/a.py": "", "b.py": ""})
    tree = untracked.head("HEAD:folder")
    (untracked.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(RepositoryError):
        read_profile(untracked.path / ".git", tip, 1)


def test_manifest_that_is_missing_or_damaged_stops_nothing(untracked: Repo) -> None:
    tip = commit_files(untracked, {"a/go.mod": GO_MOD, "b/go.mod": GO_MOD + "// two", "requirements.txt": "flask\n"})
    for name, content in (("a/go.mod", None), ("b/go.mod", b"no object")):
        oid = untracked.head(f"HEAD:{name}")
        path = untracked.path / ".git" / "objects" / oid[:2] / oid[2:]
        path.unlink()
        if content:
            path.write_bytes(content)
    found = read_profile(untracked.path / ".git", tip, 1)
    assert (found.frameworks, found.manifests) == (("flask",), ("go.mod", "requirements.txt"))


BOMB = """<?xml version="1.0"?><!DOCTYPE project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<project><parent><groupId>&c;</groupId><artifactId>&x;</artifactId></parent></project>"""
HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "entities": ("pom.xml", BOMB),
    "unclosed": ("pom.xml", "<project><dependencies>"),
    "deep elements": ("pom.xml", "<project>" + "<a>" * 20_000 + "</a>" * 20_000 + "</project>"),
    "deep lists": ("package.json", "[" * 60_000 + "]" * 60_000),
    "deep objects": ("package.json", '{"dependencies":' * 8_000 + "{}" + "}" * 8_000),
    "a list": ("package.json", '["react"]'),
    "wrong values": ("package.json", '{"dependencies": ["react"], "devDependencies": "vue", "peerDependencies": 7}'),
    "cut off": ("package.json", '{"dependencies": {"react": "1"'),
    "UTF-16": ("package.json", '{"dependencies": {"react": "1"}}'.encode("utf-16")),
    "no UTF-8": ("pyproject.toml", b'[project]\ndependencies = ["django\xff"]\n'),
    "NUL": ("requirements.txt", b"\0" * 1000),
    "duplicate keys": ("pyproject.toml", '[project]\ndependencies = ["a"]\ndependencies = ["django"]\n'),
    "key of many parts": ("pyproject.toml", "a." * 60_000 + "b = 1\n"),
    "deep arrays": ("pyproject.toml", "a = " + "[" * 60_000),
    "deep tables": ("Cargo.toml", "a = " + "{a=" * 40_000),
    "long number": ("Cargo.toml", "a = " + "9" * 100_000),
    "wrong types": ("pyproject.toml", "project = 1\ndependency-groups = [1]\n[tool]\npoetry = 'x'\n"),
    "wrong elements": ("pyproject.toml", "[project]\ndependencies = [1, [2], {a = 3}]\noptional-dependencies = 4\n"),
    "duplicate options": ("setup.cfg", "[options]\ninstall_requires = a\ninstall_requires = django\n"),
    "no section": ("setup.cfg", "install_requires = django\n"),
    "escapes": ("package.json", '{"dependencies": {"\\u001b[31mreact": "1", "a b": "1", "../x": "1", "\\ud800": "1"}}'),
    "long name": ("package.json", '{"dependencies": {"' + "r" * 500 + '": "1"}}'),
    "empty": ("Cargo.toml", ""),
    "broken block": ("go.mod", "require (\n(\n)\n) require\n\trequire"),
    "too large": ("requirements.txt", "flask\n" + "#" * LARGEST),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_manifest_adds_nothing_and_stops_nothing(untracked: Repo, case: str) -> None:
    name, content = HOSTILE[case]
    found = profile_of(untracked, {f"bad/{name}": content, "good/requirements.txt": "django\n", "a.py": ""})
    assert (found.dependencies, found.frameworks) == (("pypi/django",), ("django",))
    assert found.languages == (("python", 1),)


def test_number_of_manifests_is_bounded_and_the_nearest_to_the_top_are_read(untracked: Repo) -> None:
    many = {f"p/{number:03}/requirements.txt": f"dep{number}\n" for number in range(MOST + 20)}
    found = profile_of(untracked, {**many, "requirements.txt": "flask\n"})
    assert len(found.dependencies) == MOST
    assert found.frameworks == ("flask",)


def test_number_of_dependencies_is_bounded_and_frameworks_are_still_found(untracked: Repo) -> None:
    names = "".join(f"dep{number}\n" for number in range(2000))
    found = profile_of(untracked, {"requirements.txt": f"{names}zzz\nflask\n"})
    assert len(found.dependencies) == 300
    assert found.frameworks == ("flask",)


def test_names_of_files_may_hold_any_bytes(untracked: Repo) -> None:
    files = {"a\nb.py": "", "tab\t.py": "", "\udcff.py": "", "ä.py": "", "new\nline/requirements.txt": "flask\n"}
    found = profile_of(untracked, files)
    assert (found.languages, found.frameworks) == ((("python", 4),), ("flask",))
