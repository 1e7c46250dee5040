"""Processes beside the one that runs the month: each keeps to one core, and ends when that one does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from delivery.errors import ReleaseError

MOST_PROCESSES = 4
WORTH_PROCESSES = 800  # forms
THREADS = "RAYON_NUM_THREADS"  # of typst, which would else take every core in each of the processes


@contextmanager
def side_by_side(forms: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """A `map` for the villages' papers. Many forms are begun at once in other processes, while this one does something else.

    A second process halves 12 s for 3,000 forms; a few forms are not worth the second that it takes to start. Raises `ReleaseError` where
    the system ended one of them.
    """
    workers = min(MOST_PROCESSES, os.cpu_count() or 1)
    if workers == 1 or forms < WORTH_PROCESSES:
        yield map
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin_beside)
    try:
        for _ in range(workers):  # they start while it is gathered what they shall write
            pool.submit(_nothing)
        yield partial(pool.map, chunksize=4)
    except BrokenProcessPool as error:
        raise ReleaseError("写村级材料的进程被系统中止，多半是内存不足；没有发出任何文件。请关闭其他程序后再试。") from error
    finally:
        pool.shutdown(cancel_futures=True)  # where a list failed or somebody stops the run, nobody waits for the other villages


def _nothing() -> None:
    """But a process that is asked to do it has imported what it needs."""


def begin_beside() -> None:
    """The first thing that such a process does. A pool's process whose parent was killed would wait for work for ever."""
    os.environ[THREADS] = "1"
    Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # at once, whatever it is writing: the folder is taken away by the next run
