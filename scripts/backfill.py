"""Record the history of one or many repositories, without hooks: ``python scripts/backfill.py ~/src/*``.

The arguments are those of ``agent-tracker backfill``, which does the work: paths of repositories, or
``--discover FOLDER``. A repository that is not tracked yet is tracked without hooks; ``agent-tracker init`` adds them
later. One that fails is named at the end, and the exit code is 1.
"""

import sys

from tracker.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["backfill", *(sys.argv[1:] or ["--help"])]))
