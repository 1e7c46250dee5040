"""How the register stands: who could be proposed for 风险消除, and which of its cells cannot be right."""

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.facts import WINDOW_MONTHS, linked_rows
from assets.lake import months_with, read
from assets.screening import earlier
from assets.tables import DESCRIPTIONS, MONTHS, small_table
from assets.unlisted import CHANGES, DIED, LEFT
from contracts.contradiction import load_contradictions
from contracts.home import Home
from contracts.month import Month
from contracts.standing import CLEARING
from contracts.tables import HOUSEHOLD, PERSON, SIGNAL, conform, empty
from delivery.desk import open_desk
from screening.clearing import clearing
from screening.contradictions import Register, contradictions
from screening.measures import ROW

REGISTER = {
    "household_id": pl.String,
    "month": pl.String,
    "income_per_capita": pl.Float64,
    "identified_month": pl.Date,
    "risk1": pl.String,
}
RELIEF = "civil_minimum_living"  # the list of who gets 低保


def registers(home: Home, feed: str, month: Month, months: int) -> pl.DataFrame:
    """What the register of each of the last `months` months says of each household: income, since when it is monitored, its risk."""
    frames = []
    for each in months_with(home, f"accepted/{feed}", upto=month, months=months):
        rows = read(home, f"accepted/{feed}", each, REGISTER, only=True).with_columns(month=pl.lit(str(each)))
        frames.append(rows.unique("household_id", keep="first", maintain_order=True))
    return pl.concat(frames) if frames else pl.DataFrame(schema=REGISTER)


def clearing_asset(register: str) -> dg.AssetsDefinition:
    """The table `clearing` of a month. `register` is the feed of the register."""

    @dg.asset(
        name="clearing",
        group_name="leads",
        description=DESCRIPTIONS["clearing"],
        partitions_def=MONTHS,
        io_manager_key="lake",
        kinds={"polars", "parquet"},
        deps=["signals", "leads", dg.AssetKey(["register", "households"]), dg.AssetKey(["register", "persons"])],
    )
    def cleared(context: dg.AssetExecutionContext, county: CountyResource) -> dg.Output[pl.DataFrame]:
        month, home, settings = month_of(context), county.home, county.configuration.county
        rows = conform(
            clearing(
                month,
                read(home, "register/households", month, HOUSEHOLD),
                read(home, "register/persons", month, PERSON),
                registers(home, register, month, settings.clearing.months),
                read(home, "signals", month, SIGNAL),
                earlier(home, open_desk(county.desk_url), month, settings.assigned_on(month)),
                settings.line(month).value,
                settings.clearing,
            ),
            CLEARING,
        )
        counted = rows.group_by(可提名=pl.col("may_be_proposed").replace_strict({True: "是", False: "否"}, return_dtype=pl.String)).len()
        return dg.Output(rows, metadata={"dagster/row_count": rows.height, "监测户": small_table(counted.sort("可提名"))})

    return cleared


def register_of(home: Home, feed: str, month: Month) -> Register:
    """The register of a month beside what the police and civil affairs know of its people."""
    said = registers(home, feed, month, 1).select("household_id", "risk1", "identified_month")
    lists = [
        linked_rows(home, each, {CHANGES: {*ROW, "change_kind"}}).get(CHANGES) for each in month.back_to(month.plus(1 - WINDOW_MONTHS))
    ]
    schema = {"household_id": pl.String, "person_id": pl.String, "left": pl.String}
    left = [conform(rows.rename({"change_kind": "left"}), schema) for rows in lists if rows is not None]
    gone = pl.concat([empty(schema), *left]).filter(pl.col("left").is_in([DIED, LEFT])).drop_nulls()
    gone = gone.unique(["household_id", "person_id"], keep="last", maintain_order=True)
    relief = linked_rows(home, month, {RELIEF: set(ROW)}).get(RELIEF)
    on_relief = None if relief is None else conform(relief, {"household_id": pl.String})
    households, persons = (
        read(home, f"register/{name}", month, schema) for name, schema in (("households", HOUSEHOLD), ("persons", PERSON))
    )
    return Register(households, persons, said, gone, on_relief)


def contradictions_asset(register: str) -> dg.AssetsDefinition:
    """The table `contradictions` of a month."""

    @dg.asset(
        name="contradictions",
        group_name="register",
        description=DESCRIPTIONS["contradictions"],
        partitions_def=MONTHS,
        io_manager_key="lake",
        kinds={"polars", "parquet"},
        deps=["links", dg.AssetKey(["register", "households"]), dg.AssetKey(["register", "persons"])],
    )
    def found(context: dg.AssetExecutionContext, county: CountyResource) -> dg.Output[pl.DataFrame]:
        month, configuration = month_of(context), county.configuration
        checks = load_contradictions(configuration.root / configuration.county.contradictions)
        rows = contradictions(month, checks, register_of(county.home, register, month), configuration.county.line(month).value)
        return dg.Output(rows, metadata={"dagster/row_count": rows.height, "矛盾": small_table(rows.group_by("check").len().sort("check"))})

    return found
