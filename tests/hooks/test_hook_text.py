"""The text of a hook file that holds our part and lines of other programs."""

from pathlib import PurePosixPath

import pytest

from tracker.hooks.hook_file import names_file
from tracker.hooks.hook_text import HookText, check, combine, split, whole_file

HEADER = b"# agent-tracker hook 0.1.0 00000000 %s: written by\n"
REST = b"one\ntwo\nagent_tracker_event=post-merge\n# end of the agent-tracker hook\n"
PART = HEADER % check(HEADER + REST) + REST
BLOCK = b"# >>> tool\necho tool\n# <<< tool\n"


def hook(text: bytes) -> HookText:
    found = split(text)
    assert found is not None
    return found


@pytest.mark.parametrize("before", [b"#!/bin/sh\n", b"#!/usr/bin/env bash\n" + BLOCK, b"", BLOCK + b"#!/bin/sh\n"])
@pytest.mark.parametrize("after", [b"", b"\n", BLOCK, b"\r\n\techo \xff\0", b"no newline"])
def test_lines_around_our_part_are_kept_byte_for_byte(before: bytes, after: bytes) -> None:
    text = hook(before + PART + after)
    assert (text.before, text.part, text.after, text.event()) == (before, PART, after, "post-merge")
    assert not text.is_altered()
    assert text.without_part() == before + after
    first = b"" if before else b"#!/bin/sh\n"
    assert text.with_part(PART) == first + before + PART + after


@pytest.mark.parametrize("text", [b"", b"#!/bin/sh\necho\n", b"#!/usr/bin/python3\n" + PART, b"\0\xff", BLOCK])
def test_other_files_do_not_hold_our_part(text: bytes) -> None:
    assert split(text) is None


def test_indented_part_and_copies_of_it() -> None:
    indented = b"".join(b"    " + line for line in PART.splitlines(keepends=True))
    text = hook(b"#!/bin/sh\nmain() {\n" + indented + b"}\n" + PART + b"main\n")
    assert not text.is_altered()
    assert text.without_part() == b"#!/bin/sh\nmain() {\n:\n}\nmain\n"


def test_lines_inserted_into_our_part_come_after_it() -> None:
    text = hook(b"#!/bin/sh\n" + PART.replace(b"two\n", BLOCK + b"two\n"))
    assert text.is_altered()
    separated = text.separated(PART)
    assert separated is not None
    assert separated.with_part(PART) == b"#!/bin/sh\n" + PART + BLOCK


@pytest.mark.parametrize("missing", [b"one\n", b"# end of the agent-tracker hook\n"])
def test_lines_taken_out_of_our_part_are_noticed(missing: bytes) -> None:
    text = hook(whole_file(PART.replace(missing, b"")) + BLOCK)
    assert text.is_altered()
    assert text.separated(PART) is None


def test_part_of_a_version_without_end_line_ends_where_it_ran_the_kept_hook() -> None:
    old = b'# agent-tracker hook 0.1.0 00000000: written by\nevent=post-commit\nexec "$kept" "$@"\n'
    text = hook(b"#!/bin/sh\n" + old + BLOCK)
    assert (text.part, text.after, text.event(), text.is_altered()) == (old, BLOCK, "post-commit", False)


@pytest.mark.parametrize(
    ("lines", "cut_off"),
    [
        (b"exit 0\n", True),
        (b"exec true\n", True),
        (b"[ x ] || exit 1\n", True),
        (b"exec 3>&1\n", False),
        (b"# exit 0\n", False),
    ],
)
def test_lines_that_end_the_script_before_our_part(lines: bytes, cut_off: bool) -> None:
    text = hook(b"#!/bin/sh\n" + lines + PART)
    assert text.is_cut_off() is cut_off
    assert hook(text.with_part(PART)).is_cut_off() is False
    assert hook(text.with_part(PART)).without_part() == b"#!/bin/sh\n" + lines


@pytest.mark.parametrize(
    ("own", "first", "combined"),
    [
        (b"#!/bin/sh\necho own\n", b"#!/bin/sh\n", b"#!/bin/sh\necho own\n" + BLOCK),
        (b"#!/bin/sh\necho own", b"#!/bin/sh\n", b"#!/bin/sh\necho own\n" + BLOCK),
        (b"#!/bin/bash\necho own\n", b"#!/bin/sh\n", b"#!/bin/bash\necho own\n" + BLOCK),
        (b"#!/bin/sh\necho own\n", b"#!/bin/bash\n", b"#!/bin/bash\necho own\n" + BLOCK),
        (b"#!/bin/zsh\necho own\n", b"#!/bin/bash\n", None),
        (b"#!/bin/sh\necho own\nexit 3\n", b"#!/bin/sh\n", None),
        (b"#!/bin/sh\nset -e\nfalse\n", b"#!/bin/sh\n", None),
        (b"#!/usr/bin/perl\nprint 1;\n", b"#!/bin/sh\n", None),
        (b"\x7fELF\0", b"#!/bin/sh\n", None),
    ],
)
def test_lines_go_into_the_kept_hook_if_all_of_both_still_runs(
    own: bytes, first: bytes, combined: bytes | None
) -> None:
    assert combine(own, hook(first + PART + BLOCK)) == combined


@pytest.mark.parametrize(
    ("code", "moved"),
    [
        (b'subprocess.run([hook + ".old", *sys.argv[1:]])', "post-commit.old"),
        (b'for path in Path(hook + ".d").iterdir():', "post-commit.d/10"),
        (b'system($0 . ".orig", @ARGV);', "post-commit.orig"),
        (b'subprocess.run([os.path.join(folder, "_" + name)])', "_post-commit"),
        (b"spawnSync(`${__filename}.before`)", "post-commit.before"),
        (b'exec "$0-user" "$@"', "post-commit-user"),
    ],
)
def test_hook_in_any_language_that_puts_the_name_together(code: bytes, moved: str) -> None:
    assert names_file(b"#!/x\n" + code + b"\n", "post-commit", PurePosixPath(moved))
    assert not names_file(b'#!/x\nprint("nothing older")\n', "post-commit", PurePosixPath(moved))
