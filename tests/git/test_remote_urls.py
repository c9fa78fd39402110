"""Addresses of remotes that are on another machine, and those that are not or may not be."""

import socket
import sys

import pytest

from tracker.git.remote_urls import is_elsewhere


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/a/b", "http://user:secret@host.example:8443/x", "HTTPS://host.example", "git://host.example/x",
        "ssh://git@host.example:22/x", "git+ssh://host.example/x", "ssh://[2001:db8::1]:22/x",
        "git@github.com:a/b.git", "github.com:a/b", "[2001:db8::1]:x", "localhost.example:x",
        "g:me/x", "[host.example:22]:x",
        "me@[2001:db8::1]:x", "ssh://[host.example:22]/x", "ssh://h%6fst.example/x",
    ],
)  # fmt: skip
def test_network_address_of_another_host(url: str) -> None:
    assert is_elsewhere(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "/srv/x", "x", "../x", "./a:b", "~/x", "file:///srv/x", "FILE:///x", "file://host.example/x",
        "ext::sh -c x", "fd::3", "codecommit::region://x", "unknown://host.example/x", "https:///x",
        "http://localhost/x", "http://LOCALHOST.:80/x", "http://a.localhost/x", "git@localhost:x",
        f"{socket.gethostname()}:x", "git://127.0.0.1/x", "git://127.1:99/x", "http://0/x", "http://0x7f000001/x", "http://2130706433/x",
        "ssh://u@[::1]/x", "[::1]:x", "http://[::ffff:127.0.0.1]/x", "http://localhost?@github.com/x",
        "ssh://l%6fcalhost/x", "ssh://me%40localhost/x", "[localhost:22]:x", "[me@localhost]:x", "ssh://[localhost:22]/x",
        "ip6-localhost:x",
        "me@[::1]:x", "ssh://[me@localhost:22]/x", "ssh://localhost%3a22/x", "ssh://localhost%2fx@host.example/x",
        "https://localhost%2e/x", "[localhost]:x", "me@[localhost:22]:x",
    ],
)  # fmt: skip
def test_this_machine_or_in_doubt(url: str) -> None:
    assert not is_elsewhere(url)


def test_letter_and_colon_name_a_drive_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_elsewhere("C:/x"), "a host, by ssh's configuration"
    monkeypatch.setattr(sys, "platform", "win32")
    assert not is_elsewhere("C:/x")
