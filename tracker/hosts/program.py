"""The absolute path of our program: hosts give the shells of their tools a PATH of their own."""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "agent-tracker"


def program_path() -> str:
    """Return the words that run the program that runs now, as a shell reads them."""
    beside = Path(sys.executable).with_name(_NAME + (".exe" if os.name == "nt" else ""))
    found = str(beside) if beside.exists() else shutil.which(_NAME)
    return shlex.quote(found) if found else f"{shlex.quote(sys.executable)} -m tracker"
