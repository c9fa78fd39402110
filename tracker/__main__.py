"""The one entrance: hooks are dispatched before anything heavy is imported, everything else goes to ``cli``."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (design, section 9)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None or sys.stderr is None:  # closed by the caller
        silence = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open until the end
        sys.stdout, sys.stderr = sys.stdout or silence, sys.stderr or silence
    if given[:1] == ["hook"]:
        from tracker.recording import run_recorder

        return run_recorder.main(given[1:])
    if given[:1] == ["guard"]:
        from tracker.hooks import guard

        return guard.main(given[1:])
    from tracker.cli import app

    return app.main(given)


if __name__ == "__main__":
    sys.exit(main())
