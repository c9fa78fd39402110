"""Change for the site what the documents have for a reader of the repository's files.

- CHANGELOG.md and CONTRIBUTING.md, which are beside ``docs/``, are pages too.
- A link to a file of the source, which the site does not have, is the path of that file.
- Headings have the anchors that hosts of repositories give them, and lists are nested by two spaces as there.
"""

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from markdown import Extension, Markdown
from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).parents[2]
_BESIDE: Final = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "README.md": "index.md"}
"""Files beside ``docs/``, and the pages that show them."""
_LINK: Final = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_PUNCTUATION: Final = re.compile(r"[^\w\- ]")


class AsOnHosts(Extension):
    """Markdown as hosts of repositories read it, where Python-Markdown differs."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Markdown calls
        """Nest lists by two spaces."""
        md.tab_length = 2


def on_config(config: Any) -> Any:
    """Add the extension and the anchors to the configuration."""
    config.markdown_extensions.append(AsOnHosts())
    config.mdx_configs["toc"]["slugify"] = anchor
    return config


def anchor(heading: str, separator: str) -> str:
    """Return the anchor of a heading, as hosts of repositories make it."""
    return _PUNCTUATION.sub("", heading.lower()).replace(" ", separator)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are beside ``docs/``."""
    for name, page in _BESIDE.items():
        if files.get_file_from_path(page) is None:
            text = (ROOT / name).read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=_LINK.sub(_from_root, text)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page's text with links that the site can follow."""
    return _LINK.sub(lambda link: _in_site(link, posixpath.dirname(page.file.src_uri)), markdown)


def _from_root(link: re.Match[str]) -> str:
    """Return a link of a file beside ``docs/`` as one from that folder."""
    text, target = link.groups()
    if "://" in target or target.startswith("#"):
        return link[0]
    return f"[{text}]({target.removeprefix('docs/') if target.startswith('docs/') else '../' + target})"


def _in_site(link: re.Match[str], folder: str) -> str:
    """Return a link to a page as it is, one to a file beside ``docs/`` as its page or as the file's path."""
    text, target = link.groups()
    path = posixpath.normpath(posixpath.join("docs", folder, target.partition("#")[0]))
    if "://" in target or target.startswith("#") or path.startswith("docs/"):
        return link[0]
    return f"[{text}]({_BESIDE[path]})" if path in _BESIDE else f"{text} (`{path}`)"
