"""Rows under a bureau's headers -> records under canonical names, typed.

A record is one person named: rows that name several (members across, two owners in a cell) become several. Nothing is judged here.
For every column whose cells can fail to be read there is a second one, `<name>?`: true where the cell was read, false where something
stood in it that could not be read, null where nothing stood in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from contracts.feed import Column, Feed
from contracts.tables import ACCEPTED, ARRIVAL, FINDING, LINKAGE, conform, empty
from standards import ids
from standards.dates import parse_date
from standards.headers import Assignment, Headings, unit_of
from standards.misplaced import PEOPLE, misplaced, moved
from standards.money import FACTORS, parse_money, parse_number
from standards.phones import parse_phone
from standards.text import clean, compact, something

READ = "?"  # suffix: whether the cell could be read
SEX = {"男": "男", "女": "女", "1": "男", "2": "女", "男性": "男", "女性": "女", "m": "男", "f": "女"}
TYPES: dict[str, pl.DataType | type[pl.DataType]] = {"date": pl.Date, "money": pl.Float64, "number": pl.Float64, "integer": pl.Int64}
CAN_FAIL = {"date", "money", "number", "integer", "code", "sex", "phone"}
SLOW = {"sex", "code", "integer"}  # types whose plain cells are not told at a glance
BETWEEN = r"[、,;/|\s]"  # names in one cell
TOWN = r"\p{Han}{2,6}?(?:镇|乡|街道|办事处)"
WIDE_COLUMNS = (Column(name="person_name", type="name"), Column(name="id_number", type="id_number"))


@dataclass(frozen=True)
class Canonical:
    """`records`: ACCEPTED, measures, `<name>?`, and `line` (which arrived row). `headers`: canonical name -> header as first met."""

    records: pl.DataFrame
    headers: dict[str, str]
    findings: pl.DataFrame


def columns_of(feed: Feed) -> list[Column]:
    """The columns of a feed's records: those of the contract and, for members across, name and ID."""
    named = {column.name for column in feed.columns}
    wide = [column for column in WIDE_COLUMNS if feed.wide is not None and column.name not in named]
    return [*feed.columns, *wide]


def measures_of(feed: Feed) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The columns that a feed's accepted rows have behind ACCEPTED, with their types."""
    return {column.name: TYPES.get(column.type, pl.String) for column in feed.columns if column.name not in LINKAGE}


def canonical(feed: Feed, arrived: pl.DataFrame) -> Canonical:
    """All records of the arrived rows (ARRIVAL, then headers). Sheets of one feed may differ in their headers."""
    headings = Headings(feed)
    can_fail = [column.name + READ for column in columns_of(feed) if column.type in CAN_FAIL]
    schema = {"line": pl.UInt32, **ACCEPTED, **measures_of(feed), **dict.fromkeys(can_fail, pl.Boolean)}
    rows = arrived.with_row_index("line")
    headers: dict[str, str] = {}
    parts: list[pl.DataFrame] = []
    findings: list[pl.DataFrame] = []
    for names, sent in _by_headers(rows):
        found = headings.match(names)
        group, put_right = _put_right(feed, sent, found)
        parts.append(conform(_records(feed, group, found), schema))
        headers = {**{name: header for (name, _), header in found.wide.items()}, **found.columns, **headers}
        findings += [_about_headers(feed, group, found), put_right]
    records = pl.concat(parts) if parts else empty(schema)
    return Canonical(records.sort("line", "part"), headers, pl.concat([empty(FINDING), *findings]))


def _by_headers(rows: pl.DataFrame) -> list[tuple[list[str], pl.DataFrame]]:
    """The rows by which headers their sheet has: columns that are empty throughout a sheet belong to other sheets."""
    raw = [name for name in rows.columns if name not in ARRIVAL and name != "line"]
    used = rows.group_by("file", "sheet", maintain_order=True).agg(pl.col(raw).is_not_null().any())
    kinds = used.group_by(raw, maintain_order=True).agg(pl.struct("file", "sheet").alias("sheets")) if raw else None
    if kinds is None or kinds.height <= 1:
        names = [name for name in raw if used[name].any()]
        return [(names, rows)] if rows.height else []
    groups = []
    for kind in kinds.iter_rows(named=True):
        where = pl.DataFrame(kind["sheets"], schema={"file": pl.String, "sheet": pl.String})
        groups.append(([name for name in raw if kind[name]], rows.join(where, on=["file", "sheet"], how="semi", maintain_order="left")))
    return groups


def _put_right(feed: Feed, rows: pl.DataFrame, found: Assignment) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`rows` in which an ID number that stands in the cell of a name is where it belongs; and the findings, for the bureau.

    Where the list has no column for it, it gets one (`_beside`).
    """
    findings = [empty(FINDING)]
    for columns in PEOPLE:
        name, number = (found.columns.get(column) for column in columns)
        if name is None:
            continue
        where = f"“{number}”格" if number else "另外的一列"
        number = number or _beside(name)
        told = rows if number in rows.columns else rows.with_columns(pl.lit(None, pl.String).alias(number))
        right = misplaced(told, name, number)
        if right.is_empty():
            continue
        findings.append(
            conform(
                rows.select(*ARRIVAL)[right["at"]].with_columns(
                    feed=pl.lit(feed.feed), column=pl.lit(name), code=pl.lit(f"misplaced:{columns[0]}"), severity=pl.lit("warn"),
                    reason=pl.lit(f"“{name}”格里写有证件号码，已分开读取。"),
                    advice=pl.lit(f"请把姓名写在“{name}”格，证件号码写在{where}。"),
                ),
                FINDING,
            )
        )  # fmt: skip
        rows = moved(told, right, name, number)
    return rows, pl.concat(findings)


def _beside(name: str) -> str:
    """The column of numbers that stood in the cells of column `name`, in a list that has no other for them."""
    return f"{name}格里的证件号码"


def _records(feed: Feed, rows: pl.DataFrame, found: Assignment) -> pl.DataFrame:
    """The typed records of rows that share their headers."""
    origin = ["line", *ARRIVAL]
    typed: list[pl.Expr | pl.Series] = []
    for column in feed.columns:
        header = found.columns.get(column.name)
        if header is not None and column.type not in {"names", "ids"}:
            typed += (_read_once if column.type in SLOW else _read)(rows.select(header), column)
    for name, number in PEOPLE:
        if number not in found.columns and (moved_out := _beside(found.columns.get(name, ""))) in rows.columns:
            typed.append(ids.normalise(pl.col(moved_out)).alias(number))
    if any(column.name == "town" for column in feed.columns) and "town" not in found.columns:
        typed.append(_town_of_sheet())
    records = rows.select(*origin, pl.lit(1, dtype=pl.Int16).alias("part"), *typed)
    if feed.wide is not None:
        records = _joined(records, _unpivoted(rows, found))
    elif feed.shape == "several":
        records = _joined(records, _split(feed, rows, found))
    if feed.wide is None and feed.shape != "several":
        return records
    later = pl.when(pl.col("part") > 1).then(pl.format("{}/{}", "row_id", "part")).otherwise("row_id")
    return records.with_columns(later.alias("row_id"))


def _read_once(cells: pl.DataFrame, column: Column) -> list[pl.Series]:
    """The one column of `cells` typed, each different cell worked out once: there are two sexes and a dozen sizes of households.

    Where most cells differ, each is worked out where it stands.
    """
    (header,) = cells.columns
    if cells.select(pl.col(header).approx_n_unique()).item() * 2 > cells.height:
        return _read(cells, column)
    different = cells.unique()
    known = pl.DataFrame([different[header].alias("the cell"), *_read(different, column)])
    read = cells.select(pl.col(header).alias("the cell")).join(known, on="the cell", how="left", nulls_equal=True, maintain_order="left")
    return read.drop("the cell").get_columns()


def _read(cells: pl.DataFrame, column: Column) -> list[pl.Series]:
    """The values of the one column of `cells` and, where it can fail, whether they could be read: the rest is looked at once more."""
    value = cells.select(_typed(column, cells.columns[0]).alias(column.name)).to_series()
    if column.type not in CAN_FAIL:
        return [value]
    missing = value.is_null().arg_true()
    said = cells[missing].select(pl.when(something(pl.col(cells.columns[0])).is_not_null()).then(pl.lit(False))).to_series()
    read = pl.repeat(True, len(value), dtype=pl.Boolean, eager=True)
    return [value, (read.scatter(missing, said) if len(missing) else read).alias(column.name + READ)]


def _town_of_sheet() -> pl.Expr:
    """The town that a sheet or file is named after, where a bureau sends one per town and leaves the column out."""
    in_sheet = compact(pl.col("sheet")).str.extract(rf"^({TOWN})(?:\(第\d+行起\))?$", 1)
    in_file = compact(pl.col("file").str.extract(r"([^/]*)$", 1)).str.extract(rf"^(?:\(.*?\))?(?:\p{{Han}}{{2,4}}县)?({TOWN})", 1)
    return pl.coalesce(in_sheet, in_file).alias("town")


def _typed(column: Column, header: str) -> pl.Expr:
    """The value of one column's cells; null where it cannot be read."""
    raw = pl.col(header)
    value: pl.Expr
    match column.type:
        case "date":
            value = parse_date(raw)
        case "money":
            value = parse_money(raw, FACTORS[unit_of(header) or column.unit or "元"])
        case "number":
            value = parse_number(raw)
        case "integer":
            number = parse_number(raw)
            value = pl.when(number == number.round(0)).then(number).cast(pl.Int64, strict=False)
        case "phone":
            value = parse_phone(raw)
        case "sex":
            value = compact(raw).str.to_lowercase().replace_strict(SEX, default=None, return_dtype=pl.String)
        case "code":
            value = _coded(column, raw)
        case "id_number":
            value = ids.normalise(raw)
        case _:
            value = clean(raw)
    return value


def _coded(column: Column, raw: pl.Expr) -> pl.Expr:
    """The canonical value of a spelling; blanks, width and case do not count."""
    spellings = {spelling: value for value, known in column.values.items() for spelling in (value, *known)}
    keys = pl.DataFrame({"spelling": list(spellings)}).select(compact(pl.col("spelling")).str.to_lowercase())["spelling"]
    table = dict(zip(keys, spellings.values(), strict=True))
    return compact(raw).str.to_lowercase().str.replace(r"^(\d+)\.0$", "${1}").replace_strict(table, default=None, return_dtype=pl.String)


def _unpivoted(rows: pl.DataFrame, found: Assignment) -> pl.DataFrame:
    """line, part, person_name, id_number: one record per member across; a row without any member keeps one empty record."""
    members = []
    for number in sorted({number for _, number in found.wide}):
        name, id_number = found.wide.get(("person_name", number)), found.wide.get(("id_number", number))
        members.append(
            rows.select(
                "line",
                pl.lit(number, dtype=pl.Int16).alias("part"),
                (clean(pl.col(name)) if name else pl.lit(None, dtype=pl.String)).alias("person_name"),
                (ids.normalise(pl.col(id_number)) if id_number else pl.lit(None, dtype=pl.String)).alias("id_number"),
            )
        )
    nobody = rows.select("line", pl.lit(1, dtype=pl.Int16).alias("part"))
    if not members:
        return nobody.with_columns(person_name=pl.lit(None, dtype=pl.String), id_number=pl.lit(None, dtype=pl.String))
    named = pl.concat(members).filter(pl.any_horizontal(pl.col("person_name", "id_number").is_not_null()))
    return pl.concat([named, nobody.join(named, on="line", how="anti")], how="diagonal").sort("line", "part")


def _split(feed: Feed, rows: pl.DataFrame, found: Assignment) -> pl.DataFrame:
    """line, part and the columns of type names and ids: one record per person named in a cell, paired by position."""
    present = [column for column in feed.columns if column.name in found.columns]
    headers = {kind: {column.name: found.columns[column.name] for column in present if column.type == kind} for kind in ("ids", "names")}
    split = rows.with_columns(_ids_in(pl.col(header)).alias(name) for name, header in headers["ids"].items())
    count = pl.max_horizontal(0, *(pl.col(name).list.len() for name in headers["ids"]))
    split = split.with_columns(_names_in(pl.col(header), count).alias(name) for name, header in headers["names"].items())
    lists = [*headers["ids"], *headers["names"]]
    longest = pl.max_horizontal(1, *(pl.col(name).list.len() for name in lists)).cast(pl.Int64)
    numbered = split.select("line", *lists, part=pl.int_ranges(1, longest + 1)).explode("part")
    values = [pl.col(name).list.get(pl.col("part") - 1, null_on_oob=True).alias(name) for name in lists]
    return numbered.select("line", pl.col("part").cast(pl.Int16), *values).with_columns(
        ids.normalise(pl.col(name)) for name in headers["ids"]
    )


def _names_in(raw: pl.Expr, numbers: pl.Expr) -> pl.Expr:
    """The names in a cell that has so many `numbers` beside it.

    Nobody is called by one character: `张 三` is one name, padded to the width of three, `张三 李四` are two. `阿作 伍支` may be one name
    without its dot: where numbers stand beside the names, a blank parts them only if that makes as many names as numbers.
    """
    text = clean(raw).str.replace_all(rf"(^|{BETWEEN})(\p{{Han}})[ \t]+(\p{{Han}})", "${1}${2}${3}")
    text = text.str.replace_all(rf"(\p{{Han}})[ \t]+(\p{{Han}})($|{BETWEEN})", "${1}${2}${3}")
    by_signs, by_blanks = (
        text.str.replace_all(rf"{between}+", "、").str.strip_chars("、").str.split("、") for between in (r"[、,;/|\n]", BETWEEN)
    )
    return pl.when((numbers == 0) | (by_blanks.list.len() == numbers)).then(by_blanks).otherwise(by_signs)


def _ids_in(raw: pl.Expr) -> pl.Expr:
    """The ID numbers in a cell. A blank parts them only where a whole number stands on either side of it."""
    text = clean(raw).str.replace_all(r"\s*[、,;/|\n]\s*", "、")
    for _ in range(2):  # neighbours overlap
        text = text.str.replace_all(r"([\dXx*]{15,22})\s+([\dXx*]{15,22})", "${1}、${2}")
    return text.str.strip_chars("、").str.split("、")


def _joined(records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Records of the people of each row, each with the names and IDs of the others of his row."""
    others = people.with_columns(
        pl.col(name).implode().over("line", mapping_strategy="join").list.drop_nulls().list.set_difference(pl.concat_list(name)).alias(kept)
        for name, kept in (("person_name", "co_names"), ("id_number", "co_ids"))
        if name in people.columns
    )
    return records.drop("part").join(others, on="line", how="left", maintain_order="left_right")


def _about_headers(feed: Feed, group: pl.DataFrame, found: Assignment) -> pl.DataFrame:
    """Findings on headers that no column of the contract explains, and on ID numbers that have no column, per sheet."""
    edit = f"不需要的，不必处理；改了列名的，请改回来，或请县里登记到 config/feeds/{feed.feed}.yml。"
    rows = [("unknown_column", header, f"不认识的列“{header}”，未使用。", edit) for header in found.unknown]
    twice = "请只保留一列，或改列名以示区别。"
    rows += [("doubled_column", header, f"列“{header}”与另一列意思相同，未使用。", twice) for header in found.doubled]
    named = f"请补上这一列；只是改了列名的，请改回来，或请县里把新列名登记到 config/feeds/{feed.feed}.yml。"
    there = {*found.columns, *(name for name, _ in found.wide)}
    known = {column.name: column.headers for column in feed.columns} | ({"id_number": feed.wide.id_number} if feed.wide else {})
    absent = [header.replace("{n}", "").strip("_") for header in known.get("id_number", [])[:1] if "id_number" not in there]
    rows += [("no_id_column", header, f"没有“{header}”列，只能靠姓名、住址等核对，认不出的人会多。", named) for header in absent]
    told = pl.DataFrame(rows, schema={"code": pl.String, "column": pl.String, "reason": pl.String, "advice": pl.String}, orient="row")
    sheets = group.select("file", "sheet").unique(maintain_order=True)
    return conform(sheets.join(told, how="cross").with_columns(feed=pl.lit(feed.feed), severity=pl.lit("warn")), FINDING)
