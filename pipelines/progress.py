"""Progress on the terminal: a Dagster logger that draws one line for each step that ends.

It hears Dagster's own events, so the same job runs silently in the UI and visibly from the command line.
"""

from __future__ import annotations

import logging
from functools import lru_cache

import dagster as dg
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class _Progress(logging.Handler):
    """Turns step events of a run into a bar."""

    def __init__(self, steps: int, title: str) -> None:
        super().__init__(logging.DEBUG)
        self._steps = steps
        self._title = title
        self._bar = Progress(
            TextColumn("{task.fields[month]}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
        )
        self._task = self._bar.add_task("", total=steps, month=title)

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None:
            return
        kind = event.event_type
        if kind is dg.DagsterEventType.RUN_START:
            self._bar.start()
        elif kind is dg.DagsterEventType.STEP_START:
            self._bar.update(self._task, description=event.step_key)
        elif kind in {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE}:
            self._bar.advance(self._task)
        elif kind in {dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE}:
            self._bar.update(self._task, description="")
            self._bar.stop()


@lru_cache(maxsize=1)
def _bar(steps: int, title: str) -> _Progress:
    """The bar of a run. Dagster makes a logger for the run and another for its steps; they draw the same bar."""
    return _Progress(steps, title)


@dg.logger(config_schema={"steps": int, "title": str, "shown": bool}, description="命令行进度条")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger whose only handler is the progress bar; `steps` is the number of steps of the run; silent unless `shown`."""
    logger = logging.Logger("hulian.progress", logging.DEBUG)  # noqa: LOG001 - one of its own for each run
    config = context.logger_config
    logger.addHandler(_bar(config["steps"], config["title"]) if config["shown"] else logging.NullHandler())
    return logger
