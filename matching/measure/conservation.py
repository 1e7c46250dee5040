"""Conservation: every row that was read is linked, in review, not in the register, or set aside, and only one of them.

The count is taken from the tables themselves, never from what a step says of itself.
"""

from __future__ import annotations

import polars as pl

from contracts.feed import Feed
from contracts.tables import CONSERVATION, conform

STATES = ("linked", "review", "absent")


def count(
    feed: Feed,
    arrivals: pl.DataFrame,
    accepted: pl.DataFrame,
    set_aside: pl.DataFrame,
    links: pl.DataFrame,
    state: str,
    carried_from: str | None = None,
) -> pl.DataFrame:
    """One row of `CONSERVATION` for `feed`.

    Args:
        feed: the feed counted.
        arrivals: its input rows, one per line of the bureau's list.
        accepted: its records, one per person named.
        set_aside: its refused rows.
        links: links of all feeds or of this one.
        state: what came of the list, as in `RECEPTION`.
        carried_from: month of the list that stands in for one that did not come. Its records were counted as read then: here they are
            counted as `carried` only, and lost where they have no link or several.

    `lost` counts input rows that are in neither or in both of accepted and set_aside, and records with no link or several.
    """
    read = arrivals["row_id"].unique()
    kept = accepted.select(pl.col("row_id").str.replace(r"/\d+$", "")).to_series().unique()
    refused = set_aside["row_id"].unique()
    lost_rows = len(read.filter(~read.is_in(kept.implode()) & ~read.is_in(refused.implode()))) + kept.is_in(refused.implode()).sum()
    own = links.filter(pl.col("feed") == feed.feed)
    lost_records = accepted.height - accepted.join(own, on="row_id", how="semi").height + own.height - own["row_id"].n_unique()
    by_status = {} if carried_from else dict(own.group_by("status").len().iter_rows())
    carried = accepted.height if carried_from else 0
    return conform(
        pl.DataFrame(
            {
                "feed": [feed.feed],
                "title": [feed.title],
                "bureau": [feed.bureau],
                "state": [state],
                "rows_read": [arrivals.height],
                "records": [accepted.height - carried + set_aside.height],
                **{status: [by_status.get(status, 0)] for status in STATES},
                "set_aside": [set_aside.height],
                "lost": [lost_rows + lost_records + arrivals.height - len(read)],
                "carried": [carried],
                "carried_from": [carried_from],
            }
        ),
        CONSERVATION,
    )
