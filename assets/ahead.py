"""Lists that are read and accepted before their turn, so that a month's run has two cores busy.

The register is read in a thread while bureaus' lists are judged: a workbook is read outside Python's lock and Great Expectations judges
inside it, and half a million rows are better not handed from process to process. The other lists are accepted from the last backwards
in another process, until the run and it meet. What was begun is kept under what it was made of; a step that runs alone finds nothing and
does its own work.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from threading import RLock

from assets.sending import Ingested, Sending
from connectors.read import Arrived
from delivery.beside import begin_beside

WORTH_A_PROCESS = 2_000_000  # bytes of lists; another process costs two CPU seconds until it has imported what it needs
AT_HAND = 2  # lists: one that it accepts, and the next


class Ahead:
    """What was begun, each under its key and to be taken once."""

    def __init__(self) -> None:
        self._read: dict[Hashable, Future[Arrived]] = {}
        self._waiting: dict[Hashable, Sending] = {}  # for their turn, or for the other process
        self._accepted: dict[Hashable, Future[Ingested]] = {}
        self._beside: ProcessPoolExecutor | None = None
        self._turns = RLock()

    def begin(self, register: Sending | None, others: Sequence[Sending]) -> None:
        """Begin to read `register` and to accept `others`, which have their turns in this order. What was never taken is forgotten."""
        self.end()
        if register is not None:
            reader = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
            self._read = {register.key: reader.submit(register.read)}
            reader.shutdown(wait=False)
        if (os.cpu_count() or 1) > 1 and sum(each.size() for each in others) >= WORTH_A_PROCESS:
            self._waiting = {each.key: each for each in others}
            self._beside = ProcessPoolExecutor(1, get_context("spawn"), initializer=begin_beside)
            for _ in range(AT_HAND):
                self._accept_next()

    def _accept_next(self, _: Future[Ingested] | None = None) -> None:
        with self._turns, suppress(RuntimeError):  # the process was ended, or the program is ending
            if self._waiting and self._beside is not None:
                key, sent = self._waiting.popitem()
                self._accepted[key] = self._beside.submit(sent.accept)
                self._accepted[key].add_done_callback(self._accept_next)

    def take(self, sent: Sending) -> Ingested:
        """What became of `sent`: as it was begun, or else now."""
        with self._turns:
            self._waiting.pop(sent.key, None)
            begun = self._accepted.pop(sent.key, None)
        ingested = None
        if begun is not None:
            with suppress(BrokenProcessPool):  # somebody ended it, or the machine ran out of memory
                ingested = begun.result()
        if ingested is None:
            reading = self._read.pop(sent.key, None)
            ingested = sent.accept(reading.result if reading else None)
        if not self._waiting and not self._accepted:
            self.end()
        return ingested

    def end(self) -> None:
        """Nothing more will be taken."""
        with self._turns:
            beside, self._beside = self._beside, None
            self._read, self._waiting, self._accepted = {}, {}, {}
        if beside is not None:
            beside.shutdown(wait=False, cancel_futures=True)
