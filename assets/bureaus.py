"""What the bureaus are told beside their refused rows: what matching proves, what visits found, and what became of last month's.

What belongs here: which tables of which months are read for it. What follows from them is in `delivery`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.lake import read
from contracts.county import County
from contracts.feed import Feed
from contracts.home import Home
from contracts.month import Month
from contracts.tables import ACCEPTED, ARRIVAL, FINDING, LINK, PERSON, SET_ASIDE, conform, empty
from contracts.told import ANSWERED, FEEDBACK, RESENT
from delivery.bureau.answered import answered
from delivery.bureau.feedback import feedback
from delivery.bureau.proven import proven
from delivery.bureau.resent import Sent, resent
from delivery.desk import Desk
from delivery.releases.issuing import handed_out
from delivery.tables import Told

FEED_TABLES = {"arrivals": ARRIVAL, "accepted": ACCEPTED, "set_aside": SET_ASIDE, "findings": FINDING}
MONTHS_BACK = 12  # leads that a visitor may still answer
COUNTED = {"title": "清单", "asked": "上月退回", "corrected": "本月改正", "still": "仍未改正", "gone": "没有再报"}


@dataclass(frozen=True)
class Lists:
    """What came in a month and what became of it: `ARRIVAL`, `ACCEPTED`, `SET_ASIDE` by feed; `LINK`; `PERSON` of the register."""

    arrivals: Mapping[str, pl.DataFrame]
    accepted: Mapping[str, pl.DataFrame]
    set_aside: Mapping[str, pl.DataFrame]
    links: pl.DataFrame
    persons: pl.DataFrame

    def proven(self, feeds: Mapping[str, Feed]) -> pl.DataFrame:
        """`PROVEN` of the month."""
        return proven(feeds, self.arrivals, self.accepted, self.links, self.persons)

    def sent(self, found: pl.DataFrame) -> dict[str, Sent]:
        """Each list as its bureau sent it, with what is proven of it."""
        proofs, links = (frame.partition_by("feed", as_dict=True) for frame in (found, self.links))
        return {
            name: Sent(arrivals, self.set_aside[name], proofs.get((name,), found.clear()), links.get((name,), self.links.clear()))
            for name, arrivals in self.arrivals.items()
        }


def told_to_bureaus(home: Home, month: Month, feeds: dict[str, Feed], county: County, desk: Desk, lists: Lists) -> Told:
    """What the bureaus are told in a month, from its `lists`, the months before it and the desk."""
    now, past = lists.proven(feeds), _lists(home, month.plus(-1), feeds)
    sent, sent_before = lists.sent(now), past.sent(past.proven(feeds))
    compared = [resent(feed, sent_before[name], sent[name]) for name, feed in feeds.items()]
    visited = desk.verifications(before=county.assigned_on(month))
    since = visited.filter(pl.col("visited_on") >= county.assigned_on(month.plus(-1)))
    return Told(
        proven=now,
        feedback=_feedback(home, desk, month, feeds, since),
        resent=pl.concat([empty(RESENT), *compared]).sort("feed"),
        answered=_answered(home, desk, month, visited, county),
    )


def of_feeds(home: Home, layer: str, month: Month, feeds: Iterable[str]) -> dict[str, pl.DataFrame]:
    """One table of a layer for each feed, by the feed's name."""
    return {feed: read(home, f"{layer}/{feed}", month, FEED_TABLES[layer]) for feed in feeds}


def _lists(home: Home, month: Month, feeds: Iterable[str]) -> Lists:
    layers = {layer: of_feeds(home, layer, month, feeds) for layer in ("arrivals", "accepted", "set_aside")}
    return Lists(**layers, links=read(home, "links", month, LINK), persons=read(home, "register/persons", month, PERSON))


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
