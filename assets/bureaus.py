"""What the bureaus are told beside their refused rows: what matching proves, what visits found, and what became of last month's.

What belongs here: which tables of which months are read for it. What follows from them is in `delivery`.
"""

import polars as pl

from assets.lake import read
from contracts.county import County
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, ARRIVAL, LINK, PERSON, SET_ASIDE, conform, empty
from delivery.answered import ANSWERED, answered
from delivery.desk import Desk
from delivery.feedback import FEEDBACK, feedback
from delivery.issuing import handed_out
from delivery.proven import proven
from delivery.resent import RESENT, Sent, resent

MONTHS_BACK = 12  # leads that a visitor may still answer
COUNTED = {"title": "清单", "asked": "上月退回", "corrected": "本月改正", "still": "仍未改正", "gone": "没有再报"}


def told_to_bureaus(home: Home, month: Month, feeds: dict[str, Feed], county: County, desk: Desk) -> dict[str, pl.DataFrame]:
    """`proven`, `feedback`, `resent` and `answered` of a month, from the lake and the desk."""
    now, before = (_proven(home, each, feeds) for each in (month, month.plus(-1)))
    visited = desk.verifications(before=county.assigned_on(month))
    since = visited.filter(pl.col("visited_on") >= county.assigned_on(month.plus(-1)))
    compared = [resent(feed, _sent(home, month.plus(-1), name, before), _sent(home, month, name, now)) for name, feed in feeds.items()]
    return {
        "proven": now,
        "feedback": _feedback(home, desk, month, feeds, since),
        "resent": pl.concat([empty(RESENT), *compared]).sort("feed"),
        "answered": _answered(home, desk, month, visited, county),
    }


def _proven(home: Home, month: Month, feeds: dict[str, Feed]) -> pl.DataFrame:
    return proven(
        feeds,
        {name: read(home, f"arrivals/{name}", month, ARRIVAL) for name in feeds},
        {name: read(home, f"accepted/{name}", month, ACCEPTED) for name in feeds},
        read(home, "links", month, LINK),
        read(home, "register/persons", month, PERSON),
    )


def _sent(home: Home, month: Month, name: str, found: pl.DataFrame) -> Sent:
    return Sent(
        arrivals=read(home, f"arrivals/{name}", month, ARRIVAL),
        set_aside=read(home, f"set_aside/{name}", month, SET_ASIDE),
        proven=found.filter(pl.col("feed") == name),
        links=read(home, "links", month, LINK).filter(pl.col("feed") == name),
    )


def _answered(home: Home, desk: Desk, month: Month, visited: pl.DataFrame, county: County) -> pl.DataFrame:
    """The leads that were handed out in earlier months, as far as they are answered when this month's are."""
    on, since = county.assigned_on(month), county.assigned_on(month.plus(-1))
    released = handed_out(home, desk)
    told = [
        answered(released[each].table("leads"), released[each].table("signals"), visited, since, on)
        for each in month.plus(-1).back_to(month.plus(-MONTHS_BACK))
        if each in released
    ]
    return pl.concat([empty(ANSWERED), *told]).sort("bureau", "lead_id", "feed", "event_date", "fact")


def _feedback(home: Home, desk: Desk, month: Month, feeds: dict[str, Feed], verifications: pl.DataFrame) -> pl.DataFrame:
    """Conclusions on the leads that were handed out in earlier months, each with the rows of its own month."""
    told, released = [empty(FEEDBACK)], handed_out(home, desk)
    for each in month.plus(-1).back_to(month.plus(-MONTHS_BACK)):
        if each not in released:
            continue
        leads = released[each].table("leads").join(verifications, on="lead_id", how="semi")
        if leads.height:
            signals = released[each].table("signals").filter(pl.col("feed").is_in(list(feeds)))
            accepted = {name: read(home, f"accepted/{name}", each, ACCEPTED) for name in sorted({*signals["feed"]})}
            records = [conform(rows, ACCEPTED).with_columns(feed=pl.lit(name)) for name, rows in accepted.items()]
            said = pl.concat([empty({**ACCEPTED, "feed": pl.String}), *records])
            told.append(feedback(verifications, leads, signals, read(home, "links", each, LINK), said))
    return pl.concat(told).sort("feed", "month", "file", "sheet", "row_number", "part", "conclusion")
