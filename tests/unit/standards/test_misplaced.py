"""What stands in the wrong cell is put where it belongs."""

from __future__ import annotations

import polars as pl
import pytest

from standards.misplaced import put_right

NUMBER = "522699198005124152"


@pytest.mark.parametrize(
    ("sent", "right"),
    [
        (("沈大海", NUMBER), ("沈大海", NUMBER)),
        ((f"沈大海{NUMBER}", None), ("沈大海", NUMBER)),
        ((f"沈大海{NUMBER}", "不详"), ("沈大海", NUMBER)),
        ((f"沈大海{NUMBER}", NUMBER[:15] + "000"), ("沈大海", NUMBER[:15] + "000")),
        ((NUMBER, "沈大海"), ("沈大海", NUMBER)),
        ((NUMBER, None), (None, NUMBER)),
        ((f"沈大海 {NUMBER[:6]}********{NUMBER[14:]}", None), ("沈大海", f"{NUMBER[:6]}********{NUMBER[14:]}")),
        ((f"4组{NUMBER}", "沈大海"), ("沈大海", NUMBER)),
        ((f"{NUMBER[:14]}****", "沈大海"), ("沈大海", f"{NUMBER[:14]}****")),
        ((f"沈大海{NUMBER[:16]}", None), ("沈大海", NUMBER[:16])),  # a digit too few is none less misplaced
        (("沈大海13812345678", None), ("沈大海13812345678", None)),
        (("杉木村沈大海", NUMBER), ("沈大海", NUMBER)),
        (("杉木村3组沈大海", NUMBER), ("沈大海", NUMBER)),
        (("老屋沈大海", None), ("沈大海", None)),  # the row's own village, without the word
        (("阿卜杜热依木·买买提", None), ("阿卜杜热依木·买买提", None)),
        ((None, None), (None, None)),
    ],
)
def test_names_and_numbers(sent: tuple[str | None, str | None], right: tuple[str | None, str | None]) -> None:
    rows = pl.DataFrame([(*sent, "老屋")], schema={"who": pl.String, "no": pl.String, "where": pl.String}, orient="row")
    assert put_right(rows, "who", "no", "where").row(0) == (*right, "老屋")


def test_without_a_village_only_numbers_are_moved() -> None:
    rows = pl.DataFrame({"who": ["杉木村沈大海" + NUMBER], "no": [None]}, schema={"who": pl.String, "no": pl.String})
    assert put_right(rows, "who", "no").row(0) == ("杉木村沈大海", NUMBER)
