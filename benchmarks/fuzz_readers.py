"""Thousands of damaged files through the readers: `python -m benchmarks.fuzz_readers --files 5000 --seed 1`.

Every file is made from a seed and its number, so that each can be made again (`--only 1234`). Files are read in a child process that
has a limit of memory and, for each file, of CPU time: what kills it is counted. No row may vanish: every line of a sheet must be a row
or have a finding, and every ID number that can be seen in a file must come out somewhere, unless the file is held.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import polars as pl

from benchmarks.fuzz_files import FEED, make
from connectors.archives import is_archive, members
from connectors.contents import read_sheets
from connectors.read import Arrived, read_feed
from connectors.sheet import Sheet, Unreadable
from contracts.errors import HeldFeed, HulianError

MEMORY = 4 << 30  # bytes of data that the child may have: what the readers' own limits allow, and not a second time that
OF_SHEET = pl.col("sheet").str.replace(r"（?第\d+行起）?$", "")  # the parts of a sheet are named with the row that they begin at
CPU_SECONDS = 5.0  # for one file
WALL_SECONDS = 120.0  # for one file, on a machine that has other work
TOKEN = re.compile(rb'(?:(?<=[,\t;\n"=\'>])|^)(9\d{14})(?=[\dX]{0,3}[,\t;\r\n"\'<])')  # the first fifteen digits of an ID


def main() -> int:
    """Read all files, print what came of them; 1 when anything went wrong."""
    arguments = _arguments()
    if arguments.child:
        return _child(arguments)
    numbers = [arguments.only] if arguments.only is not None else list(range(arguments.files))
    began = time.monotonic()
    outcomes: Counter[str] = Counter()
    slowest = (0.0, -1)
    memory = 0
    faults: list[str] = []
    done = 0
    while done < len(numbers):
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.fuzz_readers", "--child", "--seed", str(arguments.seed), *map(str, numbers[done:])],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if arguments.only is None else None,
            text=True,
        ) as child:
            for line in child.stdout or ():
                result = json.loads(line)
                done += 1
                outcomes[result["outcome"]] += 1
                slowest = max(slowest, (result["cpu"], result["number"]))
                memory = max(memory, result["memory"])
                if result["fault"]:
                    faults.append(f"file {result['number']} ({result['made']}): {result['fault']}")
        if done < len(numbers):
            kind = "hang" if child.returncode in {-signal.SIGPROF, -signal.SIGALRM} else f"crash (exit {child.returncode})"
            outcomes[kind.split(maxsplit=1)[0]] += 1
            faults.append(f"file {numbers[done]}: {kind}")
            done += 1
    for fault in faults:
        print(fault)
    print(f"\nseed {arguments.seed}, {len(numbers)} files in {time.monotonic() - began:.0f} s")
    for outcome in ("read", "read in part", "held", "unaccounted", "error", "crash", "hang"):
        print(f"  {outcome:14}{outcomes[outcome]:7}")
    print(f"  slowest: {slowest[0]:.2f} CPU s (file {slowest[1]}); peak memory of a child: {memory / 2**20:.0f} MiB")
    return 1 if faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="number of one file to make and read again")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("numbers", nargs="*", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(arguments: argparse.Namespace) -> int:
    """Read the files of the given numbers, one line of JSON for each."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        for number in arguments.numbers:
            name, content, made, tokens = make(arguments.seed, number)
            path = Path(folder) / name
            path.write_bytes(content)
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # the kernel ends the process, also inside a loop of Rust
            signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
            before = time.process_time()
            outcome, fault = read_and_account(path, content, tokens)
            used = time.process_time() - before
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            path.unlink()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            result = {"number": number, "outcome": outcome, "fault": fault, "made": made, "cpu": used, "memory": peak}
            print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


def read_and_account(path: Path, content: bytes, tokens: set[str] | None) -> tuple[str, str]:
    """What came of one file, and what is wrong with that. `tokens` are the IDs in it; None when only its bytes can tell."""
    try:
        arrived = read_feed(FEED, [path], root=path.parent)
    except HeldFeed as held:
        fault = str(held) if "读取程序出错" in str(held) else "" if path.name in str(held) else "the message does not name the file"
        return ("error" if fault else "held"), fault
    except HulianError as other:
        return "error", f"{type(other).__name__} instead of HeldFeed"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return "error", f"{type(error).__name__}: {error}"
    if failed := arrived.findings.filter(code="reader_failed")["reason"].to_list():
        return "error", failed[0]
    fault = _unaccounted(path, content, arrived, tokens)
    in_part = arrived.findings.filter(pl.col("severity") == "hold").height
    return ("unaccounted" if fault else "read in part" if in_part else "read"), fault


def _unaccounted(path: Path, content: bytes, arrived: Arrived, tokens: set[str] | None) -> str:
    """Why a row is unaccounted for, or nothing."""
    findings = arrived.findings
    whole = set(findings.filter(pl.col("row_number").is_null() & pl.col("code").is_in(WHOLE)).select("file", OF_SHEET).rows())
    missing = set(tokens) if tokens is not None else {token.decode() for token in TOKEN.findall(content)}
    came = arrived.rows.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)).to_series().str.join("\n").item()
    for file, sheets in _sheets(path.name, content):
        if (file, "") in whole and sheets is None:
            return ""  # held: nothing of it was read, and it is told
        for sheet in sheets or []:
            lines = _lines(sheet)
            if (file, sheet.name) in whole:
                missing -= _tokens_in("\n".join(lines.values()), missing)
                continue
            told = [
                frame.filter((pl.col("file") == file) & (sheet.name == OF_SHEET))["row_number"].drop_nulls().to_list()
                for frame in (arrived.rows, findings)
            ]
            wanted = list(range(sheet.first, max(lines) + 1)) if lines else []
            if sorted(told[0] + told[1]) != wanted:
                return f"sheet {sheet.name!r}: lines {sorted(set(wanted).symmetric_difference(told[0] + told[1]))[:5]}"
            missing -= _tokens_in("\n".join(lines.get(number, "") for number in told[1]), missing)
    missing -= _tokens_in(came or "", missing)
    return f"{len(missing)} of the IDs in the file came out nowhere" if missing else ""


WHOLE = ["unreadable_file", "empty_sheet", "no_header", "missing_column", "sheet_not_wanted"]


def _tokens_in(text: str, tokens: set[str]) -> set[str]:
    return {token for token in tokens if token in text}


def _lines(sheet: Sheet) -> dict[int, str]:
    """Row number -> what stands in the line, for lines that are not blank."""
    return {
        number: "\n".join(cell for cell in line if cell)
        for number, line in enumerate(sheet.cells.iter_rows(), start=sheet.first)
        if any(line)
    }


def _sheets(name: str, content: bytes) -> list[tuple[str, list[Sheet] | None]]:
    """File -> its sheets; None where it cannot be read."""
    files = [(name, content)]
    if is_archive(content):
        try:
            files = [(f"{name}/{member.name}", member.content) for member in members(content)]
        except Unreadable:
            return [(name, None)]
    sheets: list[tuple[str, list[Sheet] | None]] = []
    for file, body in files:
        try:
            sheets.append((file, read_sheets(body, file)[0]))
        except Unreadable:
            sheets.append((file, None))
    return sheets


if __name__ == "__main__":
    sys.exit(main())
