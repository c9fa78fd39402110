"""The absolute path of our program: hosts give the shells of their tools a PATH of their own."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "agent-tracker"


def program_path() -> str:
    """Return the path of the program that runs now, for a command line."""
    beside = Path(sys.executable).with_name(_NAME + (".exe" if os.name == "nt" else ""))
    found = str(beside) if beside.exists() else shutil.which(_NAME)
    return found or f"{sys.executable} -m tracker"
