"""Run a program and write the most bytes of memory that it had resident: ``peak_memory.py FILE PROGRAM [ARGUMENT]...``.

This is a small process between the benchmark and the program: what the system counts for a program includes the memory
of the process that became it, and the benchmark itself is large while it makes a history. The bytes are those of the
largest process, of the program and of those that it waited for. They include the pages of files that are mapped.
"""

import os
import sys
from pathlib import Path


def main(file: str, words: list[str]) -> int:
    """Run the program and return its exit code; 128 and the number of a signal that ended it."""
    process = os.posix_spawnp(words[0], words, os.environ)
    _, status, usage = os.wait4(process, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    Path(file).write_text(str(usage.ru_maxrss * unit), encoding="ascii")
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
