"""The tables that the rooms hand to each other: column names and types, nothing else.

A table is a Polars frame and, in the lake, one Parquet file. What is written here is what a reader may rely on; a frame is
brought to its schema by `conform`. Rows are in a deterministic order (the sort key is named in each comment).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

TEXTS = pl.List(pl.String)

# Where a row comes from. `row_id` is `<file>#<sheet>!<row_number>`, and `/<part>` is added for the second person and later.
ORIGIN: Schema = {
    "row_id": pl.String,
    "file": pl.String,  # file name below inbox/<month>/, or `database:<key>`
    "sheet": pl.String,  # empty for text files and databases
    "row_number": pl.Int32,  # as a person sees it in the file, first row = 1
    "part": pl.Int16,  # 1 for the first person named in the row
}

# arrivals/<feed>: ORIGIN without `part`, then every column of the files under its own header, all text. By row_id in file order.
ARRIVAL: Schema = {name: dtype for name, dtype in ORIGIN.items() if name != "part"}

# One row per file seen in a month's inbox. By file.
INBOX: Schema = {
    "file": pl.String,
    "feed": pl.String,  # null when unknown
    "sha256": pl.String,
    "bytes": pl.Int64,
    "status": pl.String,  # recognised | duplicate | replaced | arriving | register (who delivered what) | unknown
    "message": pl.String,  # Chinese; what to do, empty when nothing
}

# What a person row may carry for linkage, one record per person named. Every accepted table has all of these, null where the feed
# has none; then the feed's measures.
LINKAGE: Schema = {
    "person_name": pl.String,
    "id_number": pl.String,  # as sent, but NFKC, upper case, without blanks
    "sex": pl.String,  # 男 | 女
    "birth_date": pl.Date,
    "age": pl.Int16,
    "phone": pl.String,  # digits only
    "town": pl.String,
    "village": pl.String,
    "group": pl.String,
    "address": pl.String,
    "household_no": pl.String,
    "head_name": pl.String,
    "head_id": pl.String,
    "relation": pl.String,
    "guardian_name": pl.String,
    "guardian_id": pl.String,
    "co_names": TEXTS,  # other persons named in the same input row
    "co_ids": TEXTS,
    "text": pl.String,  # free text in which a person may be named
    "event_date": pl.Date,
}

ACCEPTED: Schema = {**ORIGIN, **LINKAGE}  # then the measures of the feed. By file, sheet, row_number, part.

# Rows that were refused. One per input row. By file, sheet, row_number.
SET_ASIDE: Schema = {
    **ARRIVAL,
    "codes": TEXTS,  # stable codes, for counting
    "columns": TEXTS,  # canonical columns at fault, parallel to `codes`
    "reasons": TEXTS,  # Chinese, parallel
    "advice": TEXTS,  # Chinese, parallel
}

# Everything that a bureau or an analyst should know, also where the row was kept. By file, sheet, row_number, code.
FINDING: Schema = {
    "feed": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row_number": pl.Int32,  # null: about the file or the feed
    "row_id": pl.String,  # null likewise
    "column": pl.String,  # header as the bureau knows it, null: about the row
    "code": pl.String,
    "severity": pl.String,  # set_aside | warn | note | hold
    "reason": pl.String,  # Chinese, for the bureau; never a value of a cell
    "advice": pl.String,
}

# register/persons. By person_id. One row per person and household in which the register lists him.
PERSON: Schema = {
    "person_id": pl.String,  # 人编号
    "household_id": pl.String,  # 户编号
    "person_name": pl.String,
    "id_number": pl.String,  # as the register has it, normalised like LINKAGE
    "sex": pl.String,
    "birth_date": pl.Date,
    "relation": pl.String,  # 与户主关系, words of the national system
    "is_head": pl.Boolean,
    "phone": pl.String,
    "village_code": pl.String,  # 12 digits, null when the place cannot be resolved
    "group": pl.String,
    "health": pl.String,
    "is_disabled": pl.Boolean,
    "labour": pl.String,
    "is_student": pl.Boolean,
    "row_id": pl.String,  # origin in the register feed
}

# register/households. By household_id.
HOUSEHOLD: Schema = {
    "household_id": pl.String,
    "head_name": pl.String,
    "head_id": pl.String,
    "phone": pl.String,
    "town": pl.String,
    "village": pl.String,
    "village_code": pl.String,
    "group": pl.String,
    "members": pl.Int16,
    "household_type": pl.String,  # 脱贫户 | 一般农户
    "monitored_kind": pl.String,  # 脱贫不稳定户 | 边缘易致贫户 | 突发严重困难户 | null
    "is_monitored": pl.Boolean,  # monitored and the risk not cleared
    "is_cleared": pl.Boolean,  # 风险已消除
    "income_per_capita": pl.Float64,  # 元 a year
    "tags": TEXTS,  # 低保, 特困, 残疾, …
}

# register/places: config/places.csv. One row per name of a place. By code, name.
PLACE: Schema = {
    "code": pl.String,  # 12-digit statistical code
    "level": pl.String,  # town | village
    "town": pl.String,  # current name of its town
    "village": pl.String,  # current name; null for towns
    "name": pl.String,  # a name it goes by: current, former, merged, short
    "kind": pl.String,  # current | former | merged | alias | natural (自然村) | settlement (安置点)
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}

# What each field says for a pair, in bits (log2 of the ratio of shares), null where it could not be compared; `prior`: the odds before
# anything is compared. Their sum is the log2 of the odds of the pair against a person who is not in the register.
FIELDS = ("id", "name", "birth", "age", "sex", "place", "town", "group", "phone", "company", "head", "again")
WEIGHTS = pl.Struct({"prior": pl.Float32, **dict.fromkeys(FIELDS, pl.Float32)})

# links: one row per accepted record. By feed, row_id.
LINK: Schema = {
    "feed": pl.String,
    "row_id": pl.String,
    "status": pl.String,  # linked | review | absent
    "household_id": pl.String,  # null unless linked
    "person_id": pl.String,  # null unless linked to a person
    "method": pl.String,  # id_and_name | id_relative | id_repaired | id_tail | id_masked | candidates | household | decision | none
    "probability": pl.Float64,  # of the household being right, best candidate
    "margin": pl.Float64,  # probability of the best household less that of the second
    "evidence": TEXTS,  # codes
    "weights": WEIGHTS,
    "explanation": pl.String,  # one Chinese sentence, without ID numbers or phones
    "identity": pl.String,  # 证件一致 | 姓名异 | 需核身份: what the visitor is told about certainty
    "village_code": pl.String,  # of the linked household
}

# conservation: nothing is lost. One row per bureau feed. By feed.
CONSERVATION: Schema = {
    "feed": pl.String,
    "title": pl.String,
    "bureau": pl.String,
    "state": pl.String,  # as in RECEPTION
    "rows_read": pl.Int64,  # input rows in the bureau's files
    "records": pl.Int64,  # persons named in them (a household row may name five) = linked + review + absent + set_aside
    "linked": pl.Int64,
    "review": pl.Int64,
    "absent": pl.Int64,
    "set_aside": pl.Int64,
    "lost": pl.Int64,  # rows and records unaccounted for, or counted twice; always 0
    "carried": pl.Int64,  # records of an earlier month that stand in; they were counted as read then, and are in no other number here
    "carried_from": pl.String,
}

# review_queue: one row per record and candidate. By worth (greatest first), feed, row_id, rank.
REVIEW: Schema = {
    "feed": pl.String,
    "row_id": pl.String,
    "rank": pl.Int16,
    "household_id": pl.String,
    "person_id": pl.String,
    "probability": pl.Float64,
    "evidence": TEXTS,
    "phrases": TEXTS,  # Chinese, parallel to `evidence`; empty where a code says nothing worth a word
    "weights": WEIGHTS,
    "explanation": pl.String,
    "worth": pl.Int32,  # of the record: what an answer is worth (delivery.county.queue)
    "content": pl.String,  # fingerprint of what the record says (matching.decide.remember)
}

# matching_quality: the hidden-ID test. One row per feed. By feed.
QUALITY: Schema = {
    "feed": pl.String,
    "records": pl.Int64,
    "sure": pl.Int64,  # rows whose ID links them for certain
    "numberless": pl.Int64,  # records without any ID
    "tested": pl.Int64,  # of these, matched again without ID
    "right": pl.Int64,
    "wrong": pl.Int64,
    "undecided": pl.Int64,  # sent to review or absent
    "recall": pl.Float64,
    "recall_low": pl.Float64,  # in which the share of this month's own records without ID lies in 19 of 20 cases
    "recall_high": pl.Float64,
    "precision": pl.Float64,
    "precision_low": pl.Float64,  # the same of this month's links without a certain number
    "precision_high": pl.Float64,
    "expected_wrong": pl.Float64,  # of the test's links, what their probabilities let expect
    "is_borrowed": pl.Boolean,  # tested with rows of other lists, because few of its own are certain
    "damaged_tested": pl.Int64,  # matched again with the number damaged as the list damages numbers
    "damaged_right": pl.Int64,
    "damaged_wrong": pl.Int64,
    "threshold": pl.Float64,  # probability from which the list's rows are linked without a person
    "is_cut": pl.Boolean,  # raised above `link_from`, because the list cannot meet the limit on wrong links otherwise
    "hard": pl.Int64,  # links of the month made without a certain number
    "expected_share": pl.Float64,  # expected share of wrong among all links of the list
}

# signals: one fact about one household. By signal_id.
SIGNAL: Schema = {
    "signal_id": pl.String,  # deterministic
    "rule": pl.String,
    "kind": pl.String,  # risk | flag
    "feed": pl.String,
    "bureau": pl.String,
    "household_id": pl.String,
    "person_id": pl.String,
    "person_name": pl.String,
    "relation": pl.String,
    "village_code": pl.String,
    "risk_type": pl.String,
    "measure": pl.Float64,
    "threshold": pl.Float64,
    "operator": pl.String,
    "window": pl.String,
    "is_cumulative": pl.Boolean,
    "event_date": pl.Date,
    "urgency": pl.String,
    "grade": pl.String,
    "fact": pl.String,
    "village_fact": pl.String,
    "ask": TEXTS,
    "identity": pl.String,
    "row_ids": TEXTS,
    "document": pl.String,
}

# leads: one per household and month. By village_code, grade (red first), worth (greatest first), lead_id.
LEAD: Schema = {
    "lead_id": pl.String,  # <month>-<village code>-<number>
    "month": pl.String,
    "household_id": pl.String,
    "village_code": pl.String,
    "town": pl.String,
    "village": pl.String,
    "group": pl.String,
    "head_name": pl.String,
    "members": pl.Int16,
    "household_type": pl.String,
    "monitored_kind": pl.String,
    "is_enrichment": pl.Boolean,  # the household is already monitored
    "grade": pl.String,  # red | yellow
    "grade_reason": pl.String,  # Chinese
    "risk_types": TEXTS,
    "persons": pl.String,  # Chinese: 张三（之子）、…
    "facts": pl.String,  # for the county
    "village_facts": pl.String,  # for the village
    "bureaus": TEXTS,
    "rules": TEXTS,
    "signal_ids": TEXTS,
    "ask": TEXTS,
    "identity": pl.String,
    "proposed_category": pl.String,
    "income_per_capita": pl.Float64,
    "spent_12_months": pl.Float64,  # 元 of medical bills that the household paid itself, for the county
    "reference_income": pl.Float64,  # income per person less these
    "income_note": pl.String,  # Chinese, for the county
    "monitoring_line": pl.Float64,
    "colour": pl.String,  # of the household: red | yellow | green, where a colour pack is followed
    "flags": pl.String,  # Chinese, only where the authorisation is on record
    "worth": pl.Float64,  # expected worth of the visit; orders the leads of a grade
    "worth_reason": pl.String,  # Chinese
    "is_green_channel": pl.Boolean,  # 绿色通道: sudden; support may come before the papers
    "continues": pl.String,  # the open lead that grows into this one; one visit settles both
    "leads_last_12_months": pl.Int16,
    "last_conclusion": pl.String,
    "last_conclusion_date": pl.Date,
    "latest_fact_date": pl.Date,
    "assigned_on": pl.Date,
    "due_on": pl.Date,
}

# suppressed: one row per signal that did not send a visitor. By signal_id.
SUPPRESSED: Schema = {
    "signal_id": pl.String,
    "month": pl.String,
    "household_id": pl.String,
    "village_code": pl.String,
    "rule": pl.String,
    "code": pl.String,
    "reason": pl.String,  # Chinese
    "earlier_month": pl.String,
    "earlier_lead_id": pl.String,
}

# flags: asset and credit facts of authorised households. By household_id, rule.
FLAG: Schema = {
    "household_id": pl.String,
    "village_code": pl.String,
    "rule": pl.String,
    "bureau": pl.String,
    "fact": pl.String,
    "event_date": pl.Date,
    "row_ids": TEXTS,
}

# colours: one row per household that a colour rule paints. By household_id.
COLOUR: Schema = {
    "household_id": pl.String,
    "village_code": pl.String,
    "colour": pl.String,  # red | yellow | green
    "rules": TEXTS,
    "reason": pl.String,  # Chinese, for the county
}

# area_alarms: more households of one risk type in one place than its own history explains. By level, code, risk_type.
AREA_ALARM: Schema = {
    "level": pl.String,  # village | town
    "code": pl.String,
    "town": pl.String,
    "village": pl.String,
    "risk_type": pl.String,
    "households": pl.Int64,
    "expected": pl.Float64,
    "p_value": pl.Float64,
    "message": pl.String,
}

# release: one row per file that is proposed to be handed out; village_forms come with the release. By path.
RELEASED_FILE: Schema = {
    "path": pl.String,  # below proposals/<month>/
    # village_workbook | village_forms | ledger | summary | correction_list | bureau_feedback | review_queue | acceptance_report
    "kind": pl.String,
    "audience": pl.String,  # village code, bureau, or 县
    "rows": pl.Int64,
    "sha256": pl.String,
}

# papers of a proposal: one row per village, not printed yet. By path.
PAPER: Schema = {
    "path": pl.String,  # of the PDF, below releases/<month>/<number>/
    "audience": pl.String,  # village code
    "rows": pl.Int64,  # leads
    "content": pl.String,  # what the typesetter is given (delivery.village.paper)
    "parts": pl.String,
}

# overview: the month in figures, in the order in which they are read.
OVERVIEW: Schema = {"figure": pl.String, "value": pl.Float64}

# verifications: what visitors found. By lead_id. Read from the desk.
VERIFICATION: Schema = {
    "lead_id": pl.String,
    "household_id": pl.String,
    "conclusion": pl.String,  # one of the nine conclusions
    "visited_on": pl.Date,
}

# yields: one row per rule. overdue: one row per lead past its deadline.
YIELD: Schema = {
    "rule": pl.String,
    "leads": pl.Int64,
    "verified": pl.Int64,
    "true": pl.Int64,
    "included": pl.Int64,
    "true_rate": pl.Float64,
    "included_rate": pl.Float64,
}
OVERDUE: Schema = {"lead_id": pl.String, "month": pl.String, "village_code": pl.String, "due_on": pl.Date, "days_overdue": pl.Int32}


def empty(schema: Schema) -> pl.DataFrame:
    """A frame of `schema` without rows."""
    return pl.DataFrame(schema=dict(schema))


def conform(frame: pl.DataFrame, schema: Schema, *, keep_others: bool = False) -> pl.DataFrame:
    """`frame` with exactly the columns of `schema`, in its order and types; missing ones are null.

    With `keep_others` further columns follow in the order they had. Raises `polars` errors where a type cannot be cast.
    """
    columns = [(pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name) for name, dtype in schema.items()]
    others = [name for name in frame.columns if name not in schema] if keep_others else []
    return frame.select(*columns, *others)
