"""Addresses of remotes in one form, so that a repository is the same one however its members' clones name it. Pure."""

import re
from collections.abc import Iterable, Sequence

_SCHEME = re.compile(r"[a-z0-9+.-]+://", re.IGNORECASE)
_SCP_LIKE = re.compile(r"(?:[^@/\s]*@)?(\[[^]/]*\]|[^:/\s]+):(?!//)(.*)\Z")


def plain_address(url: str) -> str | None:
    """Return an address as ``host/path``: without scheme, user, port, or the ending ``.git``; None for a local path.

    Upper and lower case are the same: the large hosts take no notice of it, so members write it in different ways.
    """
    begin = _SCHEME.match(url)
    if begin:
        if begin[0].lower() == "file://":
            return None
        authority, _, path = url[begin.end() :].partition("/")
        host = re.sub(r":\d*\Z", "", authority.rpartition("@")[2])
    else:
        short = _SCP_LIKE.match(url)
        if not short:
            return None
        host, path = short[1], short[2]
    path = path.strip("/").removesuffix(".git").rstrip("/")
    return f"{host}/{path}".lower() if host and path else None


def chosen_address(remotes: Iterable[str], chosen: Sequence[str]) -> str | None:
    """Return the first of a project's addresses that belongs to the team, None if none does.

    ``chosen``: beginnings of addresses, whole parts of a path, such as ``github.com/acme``.
    """
    addresses = sorted({one for url in remotes if (one := plain_address(url))})
    wanted = [one.rstrip("/") for one in chosen]
    return next((one for one in addresses if any(one == two or one.startswith(f"{two}/") for two in wanted)), None)
