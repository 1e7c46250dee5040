"""What `benchmarks.screening` watches from outside: one month screened, or a change tried, over a lake that is there.

`python -m benchmarks.screening_child screen|try HOME MONTH REPORT`. Seconds without starting Python go to REPORT.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from assets.screening import screened_from
from assets.whatif import try_changes
from benchmarks.doors import with_packs
from contracts.home import Home
from contracts.month import Month
from delivery.desk import open_desk

TRIED = {"medical.single.general": {"value": 20_000}, "prevention.medical.year": {"value": "0.5 × 监测线"}}
MONTHS_TRIED = 24


def main(what: str, folder: str, month_text: str, report: str) -> None:
    """Do it once, with every pack that there is."""
    home, month, configuration = Home(Path(folder)), Month.parse(month_text), with_packs()
    desk = open_desk(home.desk_url)
    began, used = time.perf_counter(), time.process_time()
    if what == "screen":
        screened = screened_from(home, configuration, desk, month)
        counts = {"signals": screened.signals.height, "leads": screened.leads.height}
    else:
        tried = try_changes(home, configuration, desk, TRIED, MONTHS_TRIED)
        counts = {"months": tried.by_month.height, "moved": tried.moved.height}
    laps = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used, **counts}
    Path(report).write_text(json.dumps(laps), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
