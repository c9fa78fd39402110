"""Run lists of agent-tracker one after another, by a clock that stands still.

The first argument is the time in seconds since the epoch, each further one a JSON list of the words of a command. A NUL
character follows the output of each.
"""

import json
import sys
import time

from tracker.__main__ import main


def run(now: int, commands: list[list[str]]) -> int:
    """Run the commands; return the greatest exit code."""
    time.time = lambda: float(now)
    time.time_ns = lambda: now * 1_000_000_000
    codes = []
    for words in commands:
        codes.append(main(words))
        sys.stdout.write("\0")
        sys.stdout.flush()
    return max(codes)


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), [json.loads(text) for text in sys.argv[2:]]))
