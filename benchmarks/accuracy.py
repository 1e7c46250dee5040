"""Accuracy against the sample county's truth: household links and leads.

A record is *hard* when the ID that it carries is not the person's own (damaged, masked, missing, a relative's), and *without ID*
when it carries none. Precision is over records that were linked automatically, recall over records whose household is in the
register; records in review count as not found. A person whom the register lists in two households is found in either.
"""

from __future__ import annotations

import polars as pl

from contracts.home import Home
from contracts.month import Month
from standards import ids

ORIGIN = ["month", "feed", "file", "sheet", "row_number", "part"]
ACCEPTED = ["row_id", "file", "sheet", "row_number", "part", "id_number"]


def judged_links(home: Home, months: list[Month]) -> pl.DataFrame:
    """`judge` of what the runs of `months` linked and accepted."""
    links = [pl.read_parquet(home.table("links", month)).with_columns(month=pl.lit(str(month))) for month in months]
    accepted = [
        pl.read_parquet(path, columns=ACCEPTED).with_columns(feed=pl.lit(path.parent.name), month=pl.lit(str(month)))
        for month in months
        for path in sorted(home.lake.glob(f"accepted/*/{month}.parquet"))
        if path.parent.name != "register"
    ]
    return judge(home, pl.concat(accepted), pl.concat(links))


def judge(home: Home, accepted: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """One row per record of the truth: feed, month, wanted and found household, status, is_right, is_hard, has_id, is_linkable, errors.

    `is_linkable`: the household is in that month's register; `is_in_register`: the person is.
    `accepted`: month, feed, row_id, origin and id_number of the accepted records; `links`: month, feed, row_id, status, household_id.
    What was not accepted has the status `set_aside`. Only months of `accepted` are judged.
    """
    people = [pl.read_parquet(home.root / "truth" / f"{name}.parquet") for name in ("persons", "outsiders")]
    own_ids = pl.concat(frame.select("person_uid", own_id="id18") for frame in people).unique("person_uid")
    rows = pl.read_parquet(home.root / "truth" / "rows.parquet").filter(pl.col("month").is_in(accepted["month"].unique().implode()))
    wanted = rows.filter(pl.col("feed") != "register").join(own_ids, on="person_uid", how="left")
    listed = (
        rows.filter(pl.col("feed") == "register").select("month", "person_uid", household_found="household_id", is_listed=True).unique()
    )
    links = links.select("month", "feed", "row_id", "status", household_found="household_id")
    found = accepted.select(*ORIGIN, "row_id", "id_number").join(links, on=["month", "feed", "row_id"])
    judged = wanted.join(found, on=ORIGIN, how="left").join(listed, on=["month", "person_uid", "household_found"], how="left")
    in_register = listed.select("month", "person_uid", is_in_register=True).unique()
    households = listed.select("month", household_id="household_found", is_linkable=True).unique()
    judged = judged.join(in_register, on=["month", "person_uid"], how="left").join(households, on=["month", "household_id"], how="left")
    carried = ids.to18(pl.col("id_number"))
    is_own = pl.col("household_id") == pl.col("household_found")
    return judged.with_columns(
        is_right=(pl.col("status") == "linked") & (is_own | pl.col("is_listed")).fill_null(value=False),
        status=pl.col("status").fill_null("set_aside"),
        is_hard=(carried != pl.col("own_id")).fill_null(value=True),
        has_id=pl.col("id_number").is_not_null(),
        is_in_register=pl.col("is_in_register").fill_null(value=False),
        is_linkable=pl.col("is_linkable").fill_null(value=False),
    )


def link_scores(judged: pl.DataFrame) -> pl.DataFrame:
    """One row per subset of records: precision, recall and F1 of household links, wrong households, share in review."""
    subsets = {
        "all rows": pl.lit(value=True),
        "bad or missing ID": pl.col("is_hard"),
        "no ID": ~pl.col("has_id").fill_null(value=False),
    }
    return pl.concat(_scores(judged.filter(pl.col("status") != "set_aside", subset), name) for name, subset in subsets.items())


def _scores(judged: pl.DataFrame, name: str) -> pl.DataFrame:
    linked = pl.col("status") == "linked"
    linkable = pl.col("is_linkable")
    right = pl.col("is_right")
    return judged.select(
        pl.lit(name).alias("subset"),
        pl.len().alias("rows"),
        linkable.sum().alias("in_register"),
        linked.sum().alias("linked"),
        (linked & ~right).sum().alias("wrong"),
        (pl.col("status") == "review").mean().alias("review"),
        (right.sum() / linked.sum()).alias("precision"),
        (right.sum() / linkable.sum()).alias("recall"),
    ).with_columns(
        f1=2 * pl.col("precision") * pl.col("recall") / (pl.col("precision") + pl.col("recall")),
        wrong_share=pl.col("wrong") / pl.col("linked"),
    )


def recall_by_error(judged: pl.DataFrame) -> pl.DataFrame:
    """One row per kind of error in the sample: records, share linked to the right household, share in review, share wrong."""
    linked = pl.col("status") == "linked"
    right = pl.col("is_right")
    return (
        judged.filter("is_linkable", pl.col("status") != "set_aside")
        .explode("errors")
        .group_by(pl.col("errors").fill_null("(none)").alias("error"))
        .agg(
            pl.len().alias("rows"),
            right.mean().alias("recall"),
            (pl.col("status") == "review").mean().alias("review"),
            (linked & ~right).mean().alias("wrong"),
        )
        .sort("recall", "error")
    )


def lead_scores(home: Home, months: list[Month]) -> pl.DataFrame:
    """One row per month: leads expected by the truth's events that are new in it, leads sent, precision and recall by household."""
    events = pl.read_parquet(home.root / "truth" / "events.parquet").filter(pl.col("should_alert"), pl.col("household_id").is_not_null())
    rows = []
    for month in months:
        expected = events.filter(pl.col("month") == str(month))["household_id"].unique()
        sent = pl.read_parquet(home.table("leads", month))["household_id"].unique()
        both = sent.is_in(expected.implode()).sum()
        rows.append((str(month), len(expected), len(sent), both, both / max(len(sent), 1), both / max(len(expected), 1)))
    return pl.DataFrame(rows, schema=["month", "expected", "sent", "both", "precision", "recall"], orient="row")
