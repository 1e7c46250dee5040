"""Processes beside the one that runs the month: each keeps to one core, and ends when that one does."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from threading import Thread

THREADS = "RAYON_NUM_THREADS"  # of typst, which would else take every core in each of the processes


def begin_beside() -> None:
    """The first thing that such a process does. A pool's process whose parent was killed would wait for work for ever."""
    os.environ[THREADS] = "1"
    Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # at once, whatever it is writing: the folder is taken away by the next run
