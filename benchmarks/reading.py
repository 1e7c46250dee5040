"""Reading speed beside pandas, in one run: `python -m benchmarks.reading`.

A million rows of GB18030 text and a workbook of 200,000 rows, both invented, read to rows of text with their place of origin and on to
typed rows. Every contestant runs in a process of its own; CPU seconds are user and system time of all its threads, imports aside, so that
other work on the machine counts for little. pandas is given what it needs to end with the same: text first, lest IDs lose digits.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from rich.console import Console
from rich.table import Table

HEADER = ["序号", "乡镇", "行政村", "患者姓名", "身份证号", "住院日期", "出院日期", "总费用", "个人自付", "联系电话"]
CSV_ROWS, XLSX_ROWS = 1_000_000, 200_000
LIMITS = {("list.csv", "Hulian, typed rows"): 4.0, ("list.xlsx", "Hulian, typed rows"): 2.5}  # CPU seconds that were promised


def main() -> None:
    """Make the files, run every contestant, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=2, metavar=("CONTESTANT", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=CSV_ROWS, help="rows of the text file; the workbook has a fifth of them")
    arguments = parser.parse_args()
    if arguments.child:
        _child(arguments.child[0], Path(arguments.child[1]))
        return
    table = Table("file", "rows", "contestant", "CPU s", "wall s", "peak MiB", "at most", title="Reading")
    with tempfile.TemporaryDirectory() as folder:
        files = _make(Path(folder), arguments.rows)
        for contestant in CONTESTANTS:
            for path, rows in files.items():
                cpu, wall, peak = _measured(contestant, path)
                limit = LIMITS.get((path.name, contestant))
                table.add_row(path.name, f"{rows:,}", contestant, f"{cpu:.2f}", f"{wall:.2f}", f"{peak:.0f}", f"{limit}" if limit else "")
    Console(width=110).print(table)


def _make(folder: Path, rows: int) -> dict[Path, int]:
    """The two files, with how many rows they have."""
    text, book = folder / "list.csv", folder / "list.xlsx"
    chance = random.Random(1)  # noqa: S311 - the same files every time are wanted
    with text.open("w", encoding="gb18030", newline="") as file:
        file.write(",".join(HEADER) + "\r\n")
        file.writelines(",".join(map(str, _row(chance, number))) + "\r\n" for number in range(rows))
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(rows // 5):
            sheet.write_row(number + 1, 0, _row(chance, number))
    return {text: rows, book: rows // 5}


def _row(chance: random.Random, number: int) -> list[object]:
    surname, given = chance.choice("王李张刘陈杨黄周吴徐龙石"), "".join(chance.choices("伟芳娜秀英敏静丽强磊军洋勇艳杰妹花正华", k=2))
    return [
        number + 1,
        chance.choice(["上坪镇", "下坪镇", "城关镇"]),
        f"{chance.choice('甲乙丙丁戊己庚辛')}{chance.choice('山水坪寨湾')}村",
        surname + given,
        f"522699{chance.randrange(1940, 2020)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}{chance.randrange(10_000):04}",
        f"2026-11-{number % 28 + 1:02}",
        f"2026/11/{number % 28 + 1}",
        round(chance.uniform(100, 90_000), 2),
        round(chance.uniform(10, 20_000), 2),
        f"139{chance.randrange(10**8):08}",
    ]


def _measured(contestant: str, path: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "benchmarks.reading", "--child", contestant, str(path)]
    cpu, wall, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return cpu, wall, peak


def _child(contestant: str, path: Path) -> None:
    """Time one contestant and print it as JSON: CPU seconds, wall seconds, peak MiB."""
    work = CONTESTANTS[contestant](path)
    used, began = time.process_time(), time.monotonic()
    work()
    figures = time.process_time() - used, time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


def _hulian(path: Path, *, typed: bool) -> Callable[[], object]:
    from connectors.read import read_feed  # noqa: PLC0415 - a child imports what it measures
    from contracts.feed import Feed  # noqa: PLC0415
    from expectations.canonical import canonical  # noqa: PLC0415

    columns = [
        {"name": "town", "headers": ["乡镇"], "type": "place"},
        {"name": "village", "headers": ["行政村"], "type": "place"},
        {"name": "person_name", "headers": ["患者姓名"], "type": "name", "required": True},
        {"name": "id_number", "headers": ["身份证号"], "type": "id_number"},
        {"name": "admitted", "headers": ["住院日期"], "type": "date"},
        {"name": "event_date", "headers": ["出院日期"], "type": "date"},
        {"name": "total", "headers": ["总费用"], "type": "money"},
        {"name": "self_paid", "headers": ["个人自付"], "type": "money"},
        {"name": "phone", "headers": ["联系电话"], "type": "phone"},
    ]
    source = {"files": ["*"]}
    contract = {
        "feed": "stays",
        "title": "住院",
        "bureau": "医保局",
        "role": "risk",
        "source": source,
        "columns": columns,
        "ignore": ["序号"],
    }
    feed = Feed.model_validate(contract)
    if typed:
        return lambda: canonical(feed, read_feed(feed, [path], root=path.parent).rows)
    return lambda: read_feed(feed, [path], root=path.parent)


def _pandas(path: Path, *, typed: bool) -> Callable[[], object]:
    import pandas as pd  # noqa: PLC0415

    def work() -> object:
        frame = pd.read_csv(path, encoding="gb18030", dtype=str) if path.suffix == ".csv" else pd.read_excel(path, dtype=str)
        if typed:
            frame["住院日期"] = pd.to_datetime(frame["住院日期"], format="mixed", errors="coerce")
            frame["出院日期"] = pd.to_datetime(frame["出院日期"], format="mixed", errors="coerce")
            frame["总费用"] = pd.to_numeric(frame["总费用"], errors="coerce")
            frame["个人自付"] = pd.to_numeric(frame["个人自付"], errors="coerce")
            for name in ("乡镇", "行政村", "患者姓名", "身份证号", "联系电话"):
                frame[name] = frame[name].str.normalize("NFKC").str.strip()
        return frame

    return work


CONTESTANTS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "Hulian, rows": lambda path: _hulian(path, typed=False),
    "pandas, rows": lambda path: _pandas(path, typed=False),
    "Hulian, typed rows": lambda path: _hulian(path, typed=True),
    "pandas, typed rows": lambda path: _pandas(path, typed=True),
}


if __name__ == "__main__":
    main()
