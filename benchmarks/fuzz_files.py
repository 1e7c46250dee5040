"""The files of the fuzz run: sound lists changed as senders, transfers and disks change them, each made from a seed and a number."""

from __future__ import annotations

import html
import io
import random
import zipfile
from collections.abc import Callable

import xlsxwriter
import xlwt

from contracts.feed import Feed
from tests.files.make import FILES

FEED = Feed.model_validate(
    {
        "feed": "stays",
        "title": "住院名单",
        "bureau": "医保局",
        "role": "risk",
        "source": {"files": ["*"]},
        "columns": [
            {"name": "town", "headers": ["乡镇"], "type": "place"},
            {"name": "village", "headers": ["村", "行政村"], "type": "place"},
            {"name": "person_name", "headers": ["姓名"], "type": "name", "required": True},
            {"name": "id_number", "headers": ["身份证号", "证件号码"], "type": "id_number"},
            {"name": "event_date", "headers": ["出院日期"], "type": "date"},
            {"name": "self_paid", "headers": ["个人自付"], "type": "money", "unit": "元", "required": True},
        ],
        "ignore": ["序号", "备注"],
    }
)
HEADER = ["序号", "乡镇", "村", "姓名", "身份证号", "出院日期", "个人自付", "备注"]
ENCODINGS = ["gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
STRANGE = [
    *(
        "",
        " ",
        "\u3000",
        "\ufeff",
        "\t",
        "=1+1",
        "@x",
        "-",
        "#REF!",
        "1e308",
        "0" * 40,
        "a" * 5000,
        '"',
        "'",
        "，",
        "null",
        "\\N",
        "甲\n乙",
    ),
    *("合计", "小计", "注：", "姓名", "单位：万元", "\U00020087", "\ufffd", "２０２６", "2026-02-30", "<td>", "]]>", "&amp;"),
]
Grid = list[list[object]]
Made = tuple[str, bytes, str, set[str] | None]


def make(seed: int, number: int) -> Made:
    """Name, content, how it was made, and the IDs (first fifteen digits) in it where that is known."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - the same files every time are wanted
    return chance.choice([_damaged, _damaged, _edited, _edited, _edited, _mixed, _rezipped])(chance)


def _people(chance: random.Random, rows: int) -> Grid:
    """A plain list; ID numbers begin with a 9, so that no date or sum looks like one."""
    return [
        [
            str(row),
            chance.choice(["上坪镇", "下坪镇"]),
            chance.choice(["甲村", "乙村", "丙丁村民委员会"]),
            "".join(chance.sample("张王李赵陈杨黄周吴徐孙马朱胡郭何高林罗郑", 3)),
            f"9{chance.randrange(10**13, 10**14)}{chance.randrange(1000)!s:0>3}",
            f"2026-11-{row % 28 + 1:02}",
            str(chance.randrange(1, 99_999)),
            chance.choice(["", "", "农合"]),
        ]
        for row in range(1, rows + 1)
    ]


def _ids(grid: Grid, *, typed: bool) -> set[str]:
    """The first fifteen digits of each ID; of those that are numbers only where the format keeps numbers."""
    cells = [cell for line in grid for cell in line]
    texts = {cell[:15] for cell in cells if isinstance(cell, str) and cell.startswith("9") and len(cell) >= 15}
    return texts | ({f"{cell:.14e}".replace(".", "")[:15] for cell in cells if isinstance(cell, float)} if typed else set())


# how sound files are written


def _csv(grid: Grid, encoding: str = "gb18030", separator: str = ",", end: str = "\r\n") -> bytes:
    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in (separator, '"', "\n", "\r")) else text

    return "".join(separator.join(map(cell, line)) + end for line in grid).encode(encoding, "replace")


def _xlsx(sheets: dict[str, Grid], merges: list[tuple[int, int, int, int]] = []) -> bytes:  # noqa: B006 - never changed
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, grid in sheets.items():
            page = book.add_worksheet(name)
            for row, line in enumerate(grid):
                page.write_row(row, 0, [value if not isinstance(value, str) else value[:32_000] for value in line])
            for merge in merges:
                page.merge_range(*merge, None)
    return content.getvalue()


def _xls(grid: Grid) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1")
    for row, line in enumerate(grid):
        for column, value in enumerate(line[:256]):
            page.write(row, column, value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _page(grid: Grid) -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in line) + "</tr>\n" for line in grid)
    return f"<html><body><table>\n{rows}</table></body></html>".encode()


def _zip(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _dump(grid: Grid) -> bytes:
    columns = ", ".join(f'"{value}"' for value in HEADER)
    rows = "".join("\t".join(map(str, line)) + "\n" for line in grid)
    return f"-- PostgreSQL database dump\n\nCOPY public.stays ({columns}) FROM stdin;\n{rows}\\.\n\n".encode()


# how they are changed


def _damaged(chance: random.Random) -> Made:
    """Bytes turned over, cut out, put in, doubled, cut off, or exchanged with another file's."""
    name, content = _sound(chance)
    changes = []
    for _ in range(chance.choice([1, 1, 2, 5])):
        change = chance.choice([_flip, _flip, _cut_off, _cut_out, _put_in, _double, _splice])
        content = change(chance, content)
        changes.append(change.__name__)
    is_text = name.endswith((".csv", ".tsv", ".txt")) and b"\x00" not in content
    return name, content, f"{name}, {' '.join(changes)}", None if is_text else set()


def _sound(chance: random.Random) -> tuple[str, bytes]:
    if chance.random() < 0.3:
        name = chance.choice(sorted(FILES))
        if name != "a_line_of_sixty_thousand_columns.csv":
            return name, FILES[name]()
    grid = [list(HEADER), *_people(chance, chance.choice([3, 20, 200]))]
    kind = chance.choice(["csv", "csv", "txt", "xlsx", "xlsx", "xls", "xls", "html", "zip", "sql"])
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(grid, chance.choice(["gb18030", "utf-8"])),
        "txt": lambda: _csv(grid, chance.choice(ENCODINGS), "\t"),
        "xlsx": lambda: _xlsx({"Sheet1": grid}),
        "xls": lambda: _xls(grid),
        "html": lambda: _page(grid),
        "zip": lambda: _zip({"a.csv": _csv(grid), "b.xlsx": _xlsx({"Sheet1": grid})}),
        "sql": lambda: _dump(grid[1:]),
    }
    return f"住院.{kind}", makers[kind]()


def _place(chance: random.Random, content: bytes) -> int:
    return chance.randrange(len(content) + 1)


def _flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 30]) if content else 0):
        changed[chance.randrange(len(changed))] = chance.choice([chance.randrange(256), 0, 255, 0x22, 0x2C, 0x0A])
    return bytes(changed)


def _cut_off(chance: random.Random, content: bytes) -> bytes:
    return content[: _place(chance, content)]


def _cut_out(chance: random.Random, content: bytes) -> bytes:
    start = _place(chance, content)
    return content[:start] + content[start + chance.choice([1, 2, 7, 100, 1000]) :]


def _put_in(chance: random.Random, content: bytes) -> bytes:
    start = _place(chance, content)
    return content[:start] + chance.randbytes(chance.choice([1, 2, 9, 100])) + content[start:]


def _double(chance: random.Random, content: bytes) -> bytes:
    start = _place(chance, content)
    size = chance.choice([1, 10, 500, 5000])
    return content[:start] + content[start : start + size] * 2 + content[start + size :]


def _splice(chance: random.Random, content: bytes) -> bytes:
    other = _sound(chance)[1]
    return content[: _place(chance, content)] + other[_place(chance, other) :]


def _edited(chance: random.Random) -> Made:
    """A list as people edit it: cells, headers, lines and sheets changed; then written in one of the formats."""
    grid: Grid = [list(HEADER), *_people(chance, chance.choice([1, 3, 20]))]
    changes = []
    for _ in range(chance.choice([1, 2, 4, 8])):
        change = chance.choice([_strange_cell, _strange_cell, _header, _line, _move, _columns, _number, _second_header, _blank_below])
        grid = change(chance, grid)
        changes.append(change.__name__)
    kind = chance.choice(["csv", "tsv", "xlsx", "xlsx", "merged", "sheets", "xls", "html", "zip"])
    cut = chance.randrange(1, len(grid) + 1) if grid else 0
    merges = [(1, 1, min(4, len(grid)), 1), (1, 2, min(3, len(grid)), 3)]
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(grid, chance.choice(ENCODINGS), chance.choice([",", ",", ";"]), chance.choice(["\r\n", "\n", "\r"])),
        "tsv": lambda: _csv(grid, "gb18030", "\t"),
        "xlsx": lambda: _xlsx({"Sheet1": grid}),
        "merged": lambda: _xlsx({"Sheet1": grid}, merges),
        "sheets": lambda: _xlsx({"1": grid[:cut], "2": grid[cut:], "说明": [["填表说明"]]}),
        "xls": lambda: _xls(grid),
        "html": lambda: _page(grid),
        "zip": lambda: _zip({"a.csv": _csv(grid[:cut]), "b/b.csv": _csv([grid[0], *grid[cut:]]) if grid else b""}),
    }
    suffix = {"merged": "xlsx", "sheets": "xlsx"}.get(kind, kind)
    return f"住院.{suffix}", makers[kind](), f"{kind}, {' '.join(changes)}", _ids(grid, typed=kind in {"xlsx", "merged", "sheets", "xls"})


def _strange_cell(chance: random.Random, grid: Grid) -> Grid:
    line = chance.choice(grid) if grid else []
    if line:
        line[chance.randrange(len(line))] = chance.choice(STRANGE)
    return grid


def _header(chance: random.Random, grid: Grid) -> Grid:
    if grid and grid[0]:
        grid[0][chance.randrange(len(grid[0]))] = chance.choice(["", "姓名", "个人自付(万元)", "证件号码", "新列", "行政村", "姓 名"])
    return grid


def _line(chance: random.Random, grid: Grid) -> Grid:
    extra: Grid = [
        [],
        ["岚溪县住院名单"],
        ["合计", "", "", "", "", "", "999"],
        ["上坪镇小计", *[""] * 5, "1"],
        ["注：以上均为农村户籍"],
        list(HEADER),
        ["一、上坪镇"],
        ["填表人：", "", "审核人："],
        ["1", "2", "3", "4", "5", "6", "7", "8"],
    ]
    grid.insert(chance.randrange(len(grid) + 1), chance.choice(extra))
    return grid


def _move(chance: random.Random, grid: Grid) -> Grid:
    if chance.random() < 0.5:
        return [*([[]] * chance.choice([1, 5, 70])), *grid]
    return [["", *line] for line in grid]


def _columns(chance: random.Random, grid: Grid) -> Grid:
    order = list(range(len(HEADER)))
    chance.shuffle(order)
    order = order[: chance.choice([8, 8, 7, 4])] + ([chance.choice(order)] if chance.random() < 0.3 else [])
    return [[line[place] for place in order if place < len(line)] for line in grid]


def _number(chance: random.Random, grid: Grid) -> Grid:
    """IDs typed as numbers."""
    return [[float(c) if str(c).isdigit() and len(str(c)) == 18 and chance.random() < 0.5 else c for c in line] for line in grid]


def _second_header(chance: random.Random, grid: Grid) -> Grid:
    """Another list with columns in another order below the first."""
    more: Grid = [list(HEADER), *_people(chance, 3)]
    return grid + _columns(chance, more)


def _blank_below(chance: random.Random, grid: Grid) -> Grid:
    return [*grid, *([[]] * chance.choice([1, 50])), [" ", "\u3000"]]


def _mixed(chance: random.Random) -> Made:
    """Lines in different encodings, line ends and separators; marks where none belong."""
    grid: Grid = [list(HEADER), *_people(chance, chance.choice([3, 20]))]
    encodings = chance.sample(ENCODINGS[:4], 2)
    parts = []
    for line in grid:
        part = _csv([line], chance.choice(encodings) if chance.random() < 0.5 else encodings[0], end=chance.choice(["\r\n", "\n", "\r"]))
        if chance.random() < 0.1:
            place = chance.randrange(len(part))
            part = part[:place] + b'"' + part[place:] if part[place : place + 1].isascii() and part[place - 1 : place].isascii() else part
        parts.append(part)
    return "住院.csv", b"".join(parts), "mixed", None


def _rezipped(chance: random.Random) -> Made:
    """A workbook whose XML was changed and packed again, so that no checksum gives it away."""
    grid: Grid = [list(HEADER), *_people(chance, chance.choice([3, 20]))]
    content = io.BytesIO()
    changes = []
    with (
        zipfile.ZipFile(io.BytesIO(_xlsx({"Sheet1": grid}, [(1, 1, 3, 1)]))) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        target = chance.choice([info.filename for info in old.infolist() if info.filename.startswith("xl/")])
        for info in old.infolist():
            body = old.read(info)
            if info.filename == target:
                change = chance.choice([_flip, _cut_off, _cut_out, _put_in, _double, _digits])
                body = change(chance, body)
                changes.append(f"{target} {change.__name__}")
            new.writestr(info, body, zipfile.ZIP_DEFLATED)
    return "住院.xlsx", content.getvalue(), ", ".join(changes), set()


def _digits(chance: random.Random, content: bytes) -> bytes:
    """Digits exchanged: row and column numbers, counts, indexes."""
    changed = bytearray(content)
    places = [place for place, byte in enumerate(content) if 0x30 <= byte <= 0x39]
    for place in chance.sample(places, min(len(places), 5)):
        changed[place : place + 1] = str(chance.randrange(10 ** chance.choice([1, 1, 3, 7]))).encode()
    return bytes(changed)
