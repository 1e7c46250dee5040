"""The register: the county's households and people, and the names of its places."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.county import CountyResource, month_of
from assets.lake import read
from assets.tables import DESCRIPTIONS, MONTHS, out, output, small_table
from contracts.feed import Feed
from matching.prepare.register import build_register
from standards import places as place_names


@dg.asset(
    key=["register", "places"],
    group_name="register",
    description=DESCRIPTIONS["register/places"],
    partitions_def=MONTHS,
    io_manager_key="lake",
    kinds={"polars", "parquet"},
)
def places(county: CountyResource) -> Iterator[dg.Output[pl.DataFrame]]:
    """One row per name of a place, from the county's places.csv."""
    configuration = county.configuration
    yield output("result", place_names.load(configuration.root / configuration.county.places))


def register_asset(feed: Feed) -> dg.AssetsDefinition:
    """Persons and households, from the accepted rows of the register's own feed."""

    @dg.multi_asset(
        name="register",
        partitions_def=MONTHS,
        ins={
            "accepted": dg.AssetIn(["accepted", feed.feed], dagster_type=dg.Any),
            "places": dg.AssetIn(["register", "places"], dagster_type=dg.Any),
        },
        outs={"persons": out("register/persons", "register"), "households": out("register/households", "register")},
        check_specs=[
            dg.AssetCheckSpec("register_present", asset=dg.AssetKey(["register", "households"]), blocking=True, description="底册不为空"),
            dg.AssetCheckSpec(
                "register_whole",
                asset=dg.AssetKey(["register", "households"]),
                blocking=True,
                description="底册户数没有比上月骤减；确实减少的，在 county.yml 的 register_size.confirmed 写上月份",
            ),
        ],
    )
    def register(
        context: dg.AssetExecutionContext, county: CountyResource, accepted: pl.DataFrame, places: pl.DataFrame
    ) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
        month = month_of(context)
        built = build_register(accepted, places, month)
        yield output("persons", built.persons)
        yield output(
            "households", built.households, 户类型=small_table(built.households.group_by("household_type").len().sort("household_type"))
        )
        yield dg.AssetCheckResult(
            check_name="register_present",
            asset_key=["register", "households"],
            passed=built.households.height > 0,
            metadata={"户数": built.households.height, "人数": built.persons.height},
        )
        before = read(county.home, "register/households", month.plus(-1), {"household_id": pl.String}, only=True).height
        size = county.configuration.county.register_size
        yield dg.AssetCheckResult(
            check_name="register_whole",
            asset_key=["register", "households"],
            passed=built.households.height >= size.least_share * before or str(month) in size.confirmed,
            metadata={"上月户数": before, "本月户数": built.households.height, "下限": f"上月的{size.least_share:.0%}"},
        )

    return register
