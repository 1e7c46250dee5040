"""What the visits found of a bureau's rows: those behind leads that were closed because the row was wrong (入户反馈).

The conclusion, the day and the row's place are told, never the visitor's note and nothing of other bureaus' rows.
"""

from __future__ import annotations

import polars as pl

from contracts.tables import conform
from contracts.told import FEEDBACK
from delivery.privacy import mask_id, mask_ids_in_text
from delivery.words import CORRECTING


def feedback(
    verifications: pl.DataFrame, leads: pl.DataFrame, signals: pl.DataFrame, links: pl.DataFrame, records: pl.DataFrame
) -> pl.DataFrame:
    """`FEEDBACK`: the rows of one month's lists that sent a visitor who concluded that they are wrong.

    verifications: `VERIFICATION` to be told now. leads, signals, links: of the month that handed the leads out. records: `feed` and
    `ACCEPTED` of its lists; rows of earlier months that a signal adds up are in none of them, and not told.
    """
    wrong = verifications.filter(pl.col("conclusion").is_in(list(CORRECTING))).select("lead_id", "conclusion", "visited_on")
    asked = (
        leads.select("lead_id", "month", "household_id", signal_id="signal_ids")
        .join(wrong, on="lead_id")
        .explode("signal_id")
        .join(signals.filter(pl.col("kind") == "risk").select("signal_id", "feed", row_id="row_ids"), on="signal_id")
        .explode("row_id")
        .select("feed", "row_id", "household_id", "month", "conclusion", "visited_on")
        .unique()
    )
    own = links.filter(pl.col("status") == "linked").select("feed", "row_id", "household_id")  # a file of last year may go by the same name
    rows = asked.join(own, on=["feed", "row_id", "household_id"], how="semi").join(records, on=["feed", "row_id"])
    told = rows.with_columns(
        person_name=mask_ids_in_text(pl.coalesce("person_name", "head_name")),
        id_number=mask_id(pl.coalesce("id_number", "head_id")),
        advice=pl.col("conclusion").replace_strict(CORRECTING, default=None, return_dtype=pl.String),
    )
    return conform(told, FEEDBACK).unique().sort("feed", "month", "file", "sheet", "row_number", "part", "conclusion")
