"""What reviewers have decided wins over what was computed."""

from __future__ import annotations

import polars as pl

SAME, OTHER_MEMBER, NOT, UNKNOWN = "同一人", "同户他人", "不是", "无法判断"


def apply(links: pl.DataFrame, decisions: pl.DataFrame | None, households: pl.DataFrame) -> pl.DataFrame:
    """`links` (LINK) with the decisions (feed, row_id, household_id, person_id, decision) put in their place.

    同一人 and 同户他人 link the record to the household (the latter to no person); 不是 takes away a link or a question about that
    household; 无法判断 changes nothing. A household that is no longer in the register is not linked.
    """
    if decisions is None or decisions.is_empty():
        return links
    keys = ["feed", "row_id"]
    villages = households.select("household_id", decided_village="village_code")
    yes = decisions.filter(pl.col("decision").is_in([SAME, OTHER_MEMBER])).unique(keys, keep="last", maintain_order=True)
    yes = yes.select(*keys, decided="household_id", decided_person=pl.when(pl.col("decision") == SAME).then("person_id"))
    yes = yes.join(villages, left_on="decided", right_on="household_id")
    no = decisions.filter(pl.col("decision") == NOT).select(*keys, household_id="household_id", refused=pl.lit(value=True)).unique()
    told = links.join(yes, on=keys, how="left", maintain_order="left").join(
        no, on=[*keys, "household_id"], how="left", maintain_order="left"
    )
    linked, refused = pl.col("decided").is_not_null(), pl.col("refused").fill_null(value=False)
    gone = refused & ~linked
    return told.with_columns(
        status=pl.when(linked).then(pl.lit("linked")).when(gone).then(pl.lit("absent")).otherwise("status"),
        household_id=pl.when(linked).then("decided").when(~gone).then("household_id"),
        person_id=pl.when(linked).then("decided_person").when(~gone).then("person_id"),
        method=pl.when(linked | gone).then(pl.lit("decision")).otherwise("method"),
        identity=pl.when(linked).then(pl.lit("需核身份")).when(~gone).then("identity"),
        village_code=pl.when(linked).then("decided_village").when(~gone).then("village_code"),
        explanation=pl.when(linked)
        .then(pl.lit("经人工复核确认。"))
        .when(gone)
        .then(pl.lit("经人工复核，不是该户的人。"))
        .otherwise("explanation"),
    ).select(links.columns)
