"""Addresses of remotes: those that git pushes to, and if they are on another machine (git-push(1), "GIT URLS")."""

import re
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

_NETWORK: Final = frozenset({"ssh", "git+ssh", "ssh+git", "git", "http", "https", "ftp", "ftps"})
"""Schemes of addresses that name a host."""

_LOCAL_NAMES: Final = frozenset(
    {"localhost", "localhost.localdomain", "localhost4", "localhost6", "localhost6.localdomain6", "loopback"}
    | {"ip6-localhost", "ip6-loopback"}
)
"""Names of this machine that distributions write into /etc/hosts."""

Settings = Sequence[tuple[str, str | None]]
"""Git's configuration in its order: lower-case section and key with the subsection between, and the value."""


class Remote(NamedTuple):
    """A configured remote. ``tracking``: prefixes and suffixes of the refs that its pushes update.

    ``push_urls``: the addresses that a push goes to, with git's abbreviations of addresses expanded.
    """

    name: str
    tracking: tuple[tuple[str, str], ...]
    push_urls: tuple[str, ...]

    def updates(self, ref: str) -> bool:
        """Return True if a push to this remote may update a remote-tracking branch."""
        return any(ref.startswith(before) and ref.endswith(after) for before, after in self.tracking)


def remotes(settings: Settings) -> list[Remote]:
    """Return the remotes of a configuration."""
    expand, expand_for_push = _expander(settings, ".insteadof"), _expander(settings, ".pushinsteadof")
    values: dict[str, dict[str, list[str]]] = {}
    for name, value in settings:
        section, _, rest = name.partition(".")
        remote, dot, key = rest.rpartition(".")
        if section == "remote" and dot and value:
            values.setdefault(remote, {}).setdefault(key, []).append(value)
    found: list[Remote] = []
    for name, keys in values.items():
        pushed = [expand(url) for url in keys.get("pushurl", ())]
        urls = [expand_for_push(url) if expand_for_push(url) != url else expand(url) for url in keys.get("url", ())]
        tracking = tuple(filter(None, map(_destination, keys.get("fetch", ()))))
        found.append(Remote(name, tracking, tuple(pushed or urls)))
    return found


def is_elsewhere(url: str) -> bool:
    """Return True if an address surely names a host, and that is not this machine by its name or a loopback address.

    No name is looked up: one that leads back to this machine by the configuration of ssh or the network is not seen.
    """
    scheme, separator, rest = url.partition("://")
    if separator and re.fullmatch(r"[A-Za-z0-9+.-]+", scheme):
        # Git decodes the whole of an address; only of the host that remains nothing may be a separator.
        authority = unquote_to_bytes(re.split(r"[/?#]", rest, maxsplit=1)[0]).decode("utf-8", "replace")
        return scheme.lower() in _NETWORK and _is_other_host(re.split(r"[/?#]", authority, maxsplit=1)[0])
    in_brackets = re.match(r"((?:[^/:\[\]]*@)?\[[^]/]*\]):", url)
    if in_brackets:
        return _is_other_host(in_brackets[1])
    colon, slash = url.find(":"), url.find("/")
    if colon < 0 or -1 < slash < colon or url[colon : colon + 2] == "::":
        return False  # a path, a program that transports (gitremote-helpers(7))
    if sys.platform == "win32" and re.match(r"[A-Za-z]:", url):
        return False  # a path on a drive
    return _is_other_host(url[:colon])


def _is_other_host(authority: str) -> bool:
    """Return True if the host of ``[user@]host[:port]`` is not this machine, as far as its name shows.

    For ssh, brackets may also hold the user and the port (connect.c).
    """
    host = authority.rpartition("@")[2]
    before, bracket, after = authority.partition("[")
    inner, closing, port = after.rpartition("]")
    if bracket and (not before or before.endswith("@")) and closing and re.fullmatch(r"(?::\d*)?", port):
        host = inner.rpartition("@")[2]
        name = host if host.count(":") > 1 else host.partition(":")[0]
    else:
        found = re.fullmatch(r"([^:]*)(?::\d*)?", host)
        name = found[1] if found else ""
    name = name.lower().rstrip(".")
    here = socket.gethostname().lower().rstrip(".")
    short = here.partition(".")[0]
    if not name or name in {*_LOCAL_NAMES, here, short, f"{short}.local"}:
        return False
    return not (name.endswith(".localhost") or _is_loopback(name))


def _is_loopback(host: str) -> bool:
    """Return True for an address of this machine itself, in every form that the system reads as one."""
    address: IPv4Address | IPv6Address
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = IPv4Address(socket.inet_aton(host))  # such as 127.1
        except OSError:
            return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any(one.is_loopback or one.is_unspecified for one in (address, mapped) if one is not None)


def _expander(settings: Settings, key: str) -> Callable[[str], str]:
    """Return the function that expands addresses by the settings ``url.BASE`` + ``key``; the longest prefix counts."""
    found = [
        (value, name.removeprefix("url.").removesuffix(key))
        for name, value in settings
        if name.startswith("url.") and name.endswith(key) and value
    ]

    def expand(url: str) -> str:
        fitting = [(prefix, base) for prefix, base in found if url.startswith(prefix)]
        if not fitting:
            return url
        prefix, base = max(fitting, key=lambda pair: len(pair[0]))
        return base + url[len(prefix) :]

    return expand


def _destination(refspec: str) -> tuple[str, str] | None:
    """Return what is before and after the asterisk in the destination of a refspec; None if it has none."""
    target = refspec.removeprefix("+").partition(":")[2]
    if not target:
        return None
    before, _, after = target.partition("*")
    return before, after


def go_elsewhere(known: Iterable[Remote], ref: str) -> bool:
    """Return True if all pushes that may have updated a ref went to other machines."""
    urls = [remote.push_urls for remote in known if remote.updates(ref)]
    return bool(urls) and all(each and all(map(is_elsewhere, each)) for each in urls)
