"""A deed done again and again, each time killed at another moment of what it does to files and to the desk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contracts.home import Home

KILLS = 20
# For each home and moment that it is told, a fork of it (for the imports take longest) does the deed and kills itself before the so-manieth
# thing that it does to a file or to the desk, 0: never; prints by what each was ended and how many things there were.
VICTIM = """
import os, pathlib, signal, sys
from sqlalchemy import event
from contracts.home import Home
from delivery.desk import open_desk
{imports}

def deed(home, last):
    moments, desk = 0, open_desk(home.desk_url)

    def moment(*_):
        nonlocal moments
        moments += 1
        if moments == last:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(desk.engine, name, moment)
    sys.addaudithook(lambda name, _: moment() if name == "open" or name.startswith(("os.", "shutil.")) else None)
    {deed}
    moment()
    print(0, moments, flush=True)

for root, last in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    pid = os.fork()
    if not pid:
        deed(Home(pathlib.Path(root)), last)
        os._exit(0)
    _, ended = os.waitpid(pid, 0)
    if ended:
        print(-os.waitstatus_to_exitcode(ended), last, flush=True)
"""


def killed(home: Home, folder: Path, imports: str, deed: str) -> Iterator[tuple[int, Home]]:
    """First moment 0 and a copy of `home` in `folder` where `deed` was done undisturbed; then `KILLS` others, each killed at its moment.

    `deed` is a line of Python that knows `home` and `desk`. The first moment, the last one, and evenly between.
    """
    undisturbed = _copied(home, folder / "undisturbed")
    ((_, moments),) = _done(imports, deed, [(undisturbed, 0)])
    assert moments > KILLS, moments
    yield 0, undisturbed
    at = [1 + number * (moments - 1) // (KILLS - 1) for number in range(KILLS)]
    homes = [_copied(home, folder / str(moment)) for moment in at]
    ended = _done(imports, deed, list(zip(homes, at, strict=True)))
    assert ended == [(9, moment) for moment in at]
    yield from zip(at, homes, strict=True)


def _copied(home: Home, to: Path) -> Home:
    shutil.copytree(home.root, to)
    return Home(to)


def _done(imports: str, deed: str, killed: list[tuple[Home, int]]) -> list[tuple[int, int]]:
    words = [word for home, moment in killed for word in (str(home.root), str(moment))]
    code = VICTIM.format(imports=imports, deed=deed)
    said = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True).stdout
    return [(int(signal), int(moment)) for signal, moment in (line.split() for line in said.splitlines())]
