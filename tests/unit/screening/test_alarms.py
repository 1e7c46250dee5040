"""Area alarms: what is many for a place, and what chance alone would raise."""

from __future__ import annotations

import numpy as np
import polars as pl

from contracts.county import Alarms
from contracts.month import Month
from contracts.tables import HOUSEHOLD, SIGNAL, conform
from screening.alarms import area_alarms
from screening.earlier import Earlier

VILLAGES, PER_VILLAGE = 100, 50
NOVEMBER = Month(2026, 11)


def county() -> pl.DataFrame:
    number = pl.int_range(VILLAGES * PER_VILLAGE, eager=True)
    village = number // PER_VILLAGE
    code = (pl.lit(522699100000) + (village // 10) * 1000 + 200 + village % 10).cast(pl.String)
    frame = pl.DataFrame({"household_id": number.cast(pl.String), "village_number": village})
    named = frame.with_columns(village_code=code, town=pl.format("第{}镇", village // 10), village=pl.format("第{}村", village))
    return conform(named, HOUSEHOLD, keep_others=True)


HOUSEHOLDS = county()


def signals(cases: dict[int, int], risk: str = "因灾") -> pl.DataFrame:
    """So many households of each village number."""
    first = HOUSEHOLDS.with_columns(order=pl.int_range(pl.len()).over("village_number"))
    wanted = pl.DataFrame(
        {"village_number": list(cases), "count": list(cases.values())}, schema={"village_number": pl.Int64, "count": pl.Int64}
    )
    chosen = first.join(wanted, on="village_number").filter(pl.col("order") < pl.col("count"))
    made = chosen.with_columns(kind=pl.lit("risk"), risk_type=pl.lit(risk), signal_id=pl.format("s{}", "household_id"))
    return conform(made, SIGNAL)


def alarms(now: pl.DataFrame, history: list[dict[int, int]]) -> list[tuple[str, str | None, int]]:
    past = [signals(cases).with_columns(month=pl.lit(str(NOVEMBER.plus(-number)))) for number, cases in enumerate(history, start=1)]
    earlier = Earlier(signals=pl.concat(past)) if past else Earlier()
    found = area_alarms(NOVEMBER, now, HOUSEHOLDS, earlier, Alarms())
    return found.select("level", pl.coalesce("village", "town"), "households").rows()


def test_a_cluster_stands_out_against_the_rest_of_the_county() -> None:
    assert alarms(signals({7: 6, **dict.fromkeys(range(20, 100, 8), 1)}), []) == [("town", "第0镇", 6), ("village", "第7村", 6)]


def test_a_village_that_always_has_so_many_raises_none() -> None:
    assert alarms(signals({7: 6, 30: 1, 50: 1}), [{7: 5}, {7: 6}, {7: 7}, {7: 6}]) == []


def test_a_village_with_a_quiet_past_does() -> None:
    assert ("village", "第7村", 6) in alarms(signals({7: 6, 30: 1, 50: 1}), [{30: 1}, {50: 1}, {7: 1}, {8: 1}])


def test_few_households_never_raise_an_alarm() -> None:
    assert alarms(signals({7: 2}), []) == []


def test_the_message_names_place_number_and_risk() -> None:
    found = area_alarms(NOVEMBER, signals({7: 9}), HOUSEHOLDS, Earlier(), Alarms())
    assert found["message"][1].startswith("第0镇第7村本月有9户出现“因灾”风险")


def test_chance_alone_raises_few_alarms() -> None:
    """40 months in which every village has Poisson(1) cases: at most the promised number of false alarms, with room for chance."""
    dice = np.random.default_rng(5)
    history = [dict(enumerate(dice.poisson(1.0, VILLAGES).tolist())) for _ in range(11)]
    raised = sum(len(alarms(signals(dict(enumerate(dice.poisson(1.0, VILLAGES).tolist()))), history)) > 0 for _ in range(40))
    assert raised <= 8
