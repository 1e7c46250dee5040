"""Who among the monitored could be proposed for 风险消除, month by month."""

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import months_with, read
from assets.screening import earlier
from assets.tables import DESCRIPTIONS, MONTHS, small_table
from contracts.home import Home
from contracts.month import Month
from contracts.tables import CLEARING, HOUSEHOLD, PERSON, SIGNAL, conform
from delivery.desk import open_desk
from screening.clearing import clearing

REGISTER = {"household_id": pl.String, "month": pl.String, "income_per_capita": pl.Float64, "identified_month": pl.Date}


def registers(home: Home, feed: str, month: Month, months: int) -> pl.DataFrame:
    """What the register of each of the last `months` months says of each household: income and since when it is monitored."""
    frames = []
    for each in months_with(home, f"accepted/{feed}", upto=month, months=months):
        rows = pl.read_parquet(home.table(f"accepted/{feed}", each)).with_columns(month=pl.lit(str(each)))
        frames.append(conform(rows, REGISTER).unique("household_id", keep="first", maintain_order=True))
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
