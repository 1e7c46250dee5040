"""Small invented lists for the tests of drafting: twenty people, and cells of each kind for them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import xlsxwriter

from drafting.draft import Draft, draft
from standards.ids import check_digit

NAMES = [
    "王秀英", "李建国", "张桂花", "刘德明", "陈小红", "杨光荣", "黄志强", "赵玉兰", "吴正华", "周文武",
    "龙再兴", "石老三", "罗春梅", "潘胜利", "田家旺", "欧阳慧", "阿依·古丽", "何家成", "冉启凤", "谢长富",
]  # fmt: skip
ROWS = len(NAMES)


def numbers(start: int = 1) -> list[str]:
    """Valid ID numbers of nobody."""
    stems = [f"522699{1950 + row % 60}{row % 12 + 1:02}{row % 28 + 1:02}{start + row:03}" for row in range(ROWS)]
    return pl.DataFrame({"stem": stems}).select(pl.col("stem") + check_digit(pl.col("stem"))).to_series().to_list()


CELLS: dict[str, list[str]] = {
    "count": [str(row + 1) for row in range(ROWS)],
    "name": NAMES,
    "other name": NAMES[::-1],
    "two names": [f"{name}、{other}" if row % 3 else name for row, (name, other) in enumerate(zip(NAMES, NAMES[::-1], strict=True))],
    "id": numbers(),
    "other id": numbers(500),
    "two ids": [f"{one}、{two}" if row % 3 else one for row, (one, two) in enumerate(zip(numbers(), numbers(500), strict=True))],
    "masked id": [number[:6] + "********" + number[-4:] for number in numbers()],
    "old id": [number[:6] + number[8:17] for number in numbers()],
    "certificate": [number + f"{row % 6 + 1}{row % 4 + 1}" for row, number in enumerate(numbers())],
    "phone": [f"139{row * 7919 % 10**8:08}" for row in range(ROWS)],
    "sex": [("男", "女")[row % 2] for row in range(ROWS)],
    "town": [("上坪镇", "下坪乡", "河口街道")[row % 3] for row in range(ROWS)],
    "village": [f"{'甲乙丙丁'[row % 4]}溪村" for row in range(ROWS)],
    "group": [f"{row % 5 + 1}组" for row in range(ROWS)],
    "address": [f"上坪镇甲溪村{row % 5 + 1}组{row + 1}号" for row in range(ROWS)],
    "relation": [("户主", "配偶", "之子", "之女")[row % 4] for row in range(ROWS)],
    "date": [f"2026-11-{row + 1:02}" for row in range(ROWS)],
    "dot date": [f"2026.{row % 11 + 1}.{row + 1}" for row in range(ROWS)],
    "month": [f"2026{row % 11 + 1:02}" for row in range(ROWS)],
    "birth": [f"19{row + 50}年{row % 12 + 1}月{row + 1}日" for row in range(ROWS)],
    "money": [f"{row * 1371.35 + 800:.2f}" for row in range(ROWS)],
    "comma money": [f"{row * 1371 + 12800:,}.00" for row in range(ROWS)],
    "small money": [f"{row * 0.37 + 0.5:.2f}" for row in range(ROWS)],
    "age": [str(20 + row * 2) for row in range(ROWS)],
    "people": [str(row % 6 + 1) for row in range(ROWS)],
    "area": [f"{row * 3.7 + 1.25:.2f}" for row in range(ROWS)],
    "grade": [("C级", "D级", "c级", "D")[row % 4] for row in range(ROWS)],
    "yes": [("是", "否")[row % 2] for row in range(ROWS)],
    "kind": [("洪涝", "风雹", "滑坡")[row % 3] for row in range(ROWS)],
    "disease": [f"慢性病第{row}种" for row in range(ROWS)],
    "story": [f"反映家中第{row}次遇到困难，老人生病住院花费很大，希望上级能够来人核实并给予帮助" for row in range(ROWS)],
    "story of a place": [f"上坪镇甲溪村{row + 1}组有老人反映，家中住房漏水，请核实。" for row in range(ROWS)],
    "plate": [f"贵H{row:05}" for row in range(ROWS)],
    "empty": [""] * ROWS,
}


def made(
    folder: Path,
    columns: list[tuple[str, str]],
    *,
    name: str = "清单.csv",
    above: list[list[str]] | None = None,
    below: list[list[str]] | None = None,
) -> Draft:
    """The draft for a list with these headers over these kinds of cells, as text or, by its name, as a workbook."""
    head = [*(above or []), [header for header, _ in columns]]
    body = [list(row) for row in zip(*(CELLS[kind] for _, kind in columns), strict=True)]
    return drafted(folder / name, [*head, *body, *(below or [])])


def drafted(path: Path, lines: list[list[str]]) -> Draft:
    """The draft for a file with these lines."""
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in lines), encoding="utf-8-sig")
    else:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if cell:
                        sheet.write_string(row, column, cell)
    return draft(path)
