"""Reading ahead: the largest list is read while the others are judged.

A workbook is read outside Python's lock and Great Expectations judges inside it, so that both go on at once on two cores. What was
begun is kept under what it was read from; a step that runs alone finds nothing and reads for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

from connectors.read import Arrived


class ReadAhead:
    """Readings that were begun, each under its key and to be taken once."""

    def __init__(self) -> None:
        self._begun: dict[Hashable, Future[Arrived]] = {}

    def begin(self, key: Hashable, read: Callable[[], Arrived]) -> None:
        """Begin to `read` in a thread of its own; what was begun before and never taken is forgotten."""
        reader = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        self._begun = {key: reader.submit(read)}
        reader.shutdown(wait=False)

    def take(self, key: Hashable, read: Callable[[], Arrived]) -> Arrived:
        """What was begun under `key`, or `read` now. Raises what reading raises."""
        begun = self._begun.pop(key, None)
        return begun.result() if begun is not None else read()
