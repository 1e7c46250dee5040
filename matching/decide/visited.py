"""What visitors found out about links: where the person was not at the door (查无此人或非本村), the row is not of that household.

It becomes a 不是 of `decide.remember` in the months that follow, for rows that say the same. Only uncertain links are refused:
a sound number and name that lead to the wrong door are a fault of the register or of the list, and are told to the bureau instead.
"""

from __future__ import annotations

import polars as pl

from contracts.month import Month
from matching.decide.remember import CANDIDATE, NOT, ROW, contents


def refusals(sent: pl.DataFrame, mentions: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Decisions of the month after `month`: month, feed, row_id, household_id, person_id, content, decision.

    `sent`: feed, row_id, household_id and person_id of the uncertain links behind leads of `month` at whose doors nobody knew the person.
    `mentions`: feed and ACCEPTED of that month's records, among them those of `sent`; a row of an earlier month has none and refuses
    nothing, for it was said then.
    """
    told = sent.unique(CANDIDATE).join(contents(mentions), on=ROW).filter(pl.col("content").is_not_null())
    decided = told.with_columns(month=pl.lit(str(month.plus(1))), decision=pl.lit(NOT))
    return decided.select("month", *CANDIDATE, "content", "decision").sort(CANDIDATE)
