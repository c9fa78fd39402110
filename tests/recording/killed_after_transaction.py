"""Run agent-tracker, and kill this process after its n-th transaction: ``killed_after_transaction.py N ARGUMENT…``."""

import os
import signal
import sys

from tracker.__main__ import main
from tracker.recording.batch_writer import BatchWriter

write = BatchWriter.flush
left = int(sys.argv[1])


def write_and_count(writer: BatchWriter) -> None:
    global left  # noqa: PLW0603 - the writer has no other place for it
    write(writer)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


setattr(BatchWriter, "flush", write_and_count)  # noqa: B010 - mypy allows no assignment to a method
sys.exit(main(sys.argv[2:]))
