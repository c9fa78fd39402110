"""Run real coding agents with a model of our own, and see if agent-tracker names each right: ``scripts/try-hosts``.

Installs Claude Code, Codex, OpenCode, Gemini CLI, Copilot CLI, Qwen Code and Aider from their registries into a
temporary folder (about 2.5 GB), and lets each make a commit in a tracked repository with a home of its own: in a plain
shell, in a shell with a terminal where the agent has one, and started by another agent. At last agent-tracker is
installed in it (``hosts install``): then the model must be told where it stands and be asked for a grade, the grade be
recorded, and after ``hosts uninstall`` every file of the home be as it was; also if the command fails after its commit.
The same is tried with a package of the host's own form, where there is one. In the sandbox of Codex its agent must be
able to read, and to grade through the MCP server. No request leaves the machine, as the model is a program of this
folder. Prints a table; the exit code is 1 if anything is wrong.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, get_args

sys.path.append(str(Path(__file__).parents[1]))

from hosts.capture import keep_surroundings
from hosts.hosted import try_hosted
from hosts.installation import Installed, NotInstalled
from hosts.programs import HOSTS, Host
from hosts.sandboxed import try_sandboxed
from hosts.trial import Form, Seen, TrialFailed, forms, try_host, version_of

from tracker.attribution import model_id

_OUTER: Final = "claude-code"
_OUTER_OF_IT: Final = "codex"


class Result(NamedTuple):
    """One trial. ``seen``: None if it failed. ``fault``: in words, empty if all is right."""

    host: str
    version: str | None
    form: Form
    seen: Seen | None
    fault: str


def main(arguments: Sequence[str]) -> int:
    """Try the agents that are asked for and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = [host.agent for host in HOSTS]
    parser.add_argument("agents", nargs="*", metavar="AGENT", help=f"default: all of {', '.join(names)}")
    parser.add_argument("--form", action="append", choices=get_args(Form), help="try this form only; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="install and work here, and leave all of it")
    parser.add_argument("--capture", type=Path, metavar="FOLDER", help="write the surroundings of each commit there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.agents} - {*names}):
        parser.error(f"no such agent: {', '.join(unknown)}: choose from {', '.join(names)}")
    wanted = [host for host in HOSTS if not options.agents or host.agent in options.agents]
    with tempfile.TemporaryDirectory(prefix="agent-tracker-hosts-") as temporary:
        results = []
        for result in _try_all(wanted, options.form, options.keep or Path(temporary), options.capture):
            results.append(result)
            if not options.json:
                print(_line(result), flush=True)
    if options.json:
        print(json.dumps([result._asdict() | {"seen": result.seen and result.seen._asdict()} for result in results]))
    return 1 if any(result.fault for result in results) else 0


def _try_all(
    hosts: Sequence[Host], only: Sequence[Form] | None, folder: Path, captures: Path | None
) -> Iterator[Result]:
    """Install and try agents in all their forms, or ``only`` some. An agent that is not to be had is one failed result.

    ``captures``: the folder for the surroundings of the commits that are named right, as the tests repeat them.
    """
    installed = Installed(folder / "agents")
    for host in hosts:
        outer = next(one for one in HOSTS if one.agent == (_OUTER_OF_IT if host.agent == _OUTER else _OUTER))
        try:
            path = installed.path([installed.install(host), installed.install(outer)])
        except NotInstalled as error:
            yield Result(host.agent, None, "shell", None, str(error))
            continue
        version = version_of(host, path, folder / "versions")
        for form in forms(host):
            if only and form not in only:
                continue
            if form in {"hosted", "failing", "packaged"}:
                yield _hosted(host, version, form, folder / f"{host.agent}-{form}", path)
                continue
            if form == "sandboxed":
                yield _sandboxed(host, version, path)
                continue
            try:
                seen = try_host(host, form, outer, folder / f"{host.agent}-{form}", path)
            except TrialFailed as error:
                yield Result(host.agent, version, form, None, str(error))
            else:
                result = Result(host.agent, version, form, seen, _fault(host, version, seen))
                if captures and not result.fault:
                    keep_surroundings(
                        folder / f"{host.agent}-{form}", folder, captures / f"{host.agent}-{form}.json", seen
                    )
                yield result


def _hosted(host: Host, version: str | None, form: Form, folder: Path, path: str) -> Result:
    """Try an agent with agent-tracker installed in it, also by a package."""
    try:
        found = try_hosted(host, folder, path, packaged=form == "packaged", fails=form == "failing")
    except TrialFailed as error:
        return Result(host.agent, version, form, None, str(error))
    faults = [_fault(host, version, found.seen), *found.missing(), *found.left]
    return Result(host.agent, version, form, found.seen, "; ".join(fault for fault in faults if fault))


def _sandboxed(host: Host, version: str | None, path: str) -> Result:
    """Try an agent in its sandbox, with agent-tracker as a server beside it."""
    try:
        seen, faults = try_sandboxed(host, path)
    except TrialFailed as error:
        return Result(host.agent, version, "sandboxed", None, str(error))
    return Result(host.agent, version, "sandboxed", seen, "; ".join(faults))


def _fault(host: Host, version: str | None, seen: Seen) -> str:
    """Return what is wrong with what was seen of an agent's commit, in words."""
    wanted = Seen(host.agent, host.model, version if host.tells_version else None, "high")
    wrong = [
        f"{name} is {found}, not {right}"
        for name, found, right in zip(Seen._fields, seen, wanted, strict=True)
        if found != right and not (name == "model" and found and model_id(found) == model_id(host.model))
    ]
    return "; ".join(wrong)


def _line(result: Result) -> str:
    seen = result.seen or Seen(None, None, None, "")
    words = [result.host, result.version, result.form, seen.agent, seen.model, seen.version, seen.confidence]
    widths = (12, 11, 9, 12, 18, 11, 7)
    shown = " ".join(f"{word or '-':<{width}}" for word, width in zip(words, widths, strict=True))
    return f"{shown} {result.fault or 'right'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
