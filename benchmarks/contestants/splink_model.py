"""The Splink model: which pairs are compared, what is compared about them, and how the weights are learnt.

DuckDB's string distances count bytes, so that they are used on numbers and on pinyin, never on characters. In every condition the left
side (`l`) is the row of a bureau and the right one (`r`) the person of the register.
"""

from __future__ import annotations

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator

SEED = 2026
NOBODY_HAS_TWO = 1e-6  # share of true pairs with two valid numbers that differ; what is learnt counts namesakes in, and links them
RANDOM_PAIRS = 1e6


def blocks() -> list[BlockingRuleCreator | dict[str, Any]]:
    """Rules in Splink's form: a pair that satisfies any of them is scored."""
    return [
        block_on("id18"),
        block_on("id15"),
        block_on("id_birth", "id_tail"),
        block_on("id_prefix", "id_tail", "surname"),
        block_on("name", "dob"),
        block_on("sorted_sound", "dob"),
        block_on("name", "village_code"),
        block_on("sorted_sound", "village_code"),
        block_on("dob", "village_code"),
        block_on("given", "dob"),
        block_on("surname", "village_code", "birth_year", "sex"),
        block_on("name", "town_code"),
        block_on("name_few"),
        block_on("phones", arrays_to_explode=["phones"]),
        block_on("sound", "other_names", arrays_to_explode=["other_names"]),
        block_on("other_ids", arrays_to_explode=["other_ids"]),
        CustomRule("l.id18 = r.other_ids AND l.sex = r.sex", arrays_to_explode=["other_ids"]),
    ]


def settings(persons: int) -> SettingsCreator:
    """The model before training. A random pair is a true one about once in as many as the register has persons."""
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=0.9 / persons,
        blocking_rules_to_generate_predictions=blocks(),
        comparisons=[_name(), _number(), _birth(), _place(), _group(), _sex(), _phone(), _company()],
        retain_matching_columns=False,
    )


def train(linker: Linker) -> None:
    """Learn u by random sampling; m from pairs with one valid number, and of the number itself by expectation maximisation."""
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    linker.training.estimate_m_from_label_column("id18")
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "village_code"))


def _comparison(name: str, *levels: ComparisonLevelCreator) -> cl.CustomComparison:
    return cl.CustomComparison(output_column_name=name, comparison_levels=[*levels, cll.ElseLevel()])


def _level(condition: str) -> cll.CustomLevel:
    return cll.CustomLevel(condition, condition)


def _name() -> cl.CustomComparison:
    """Equal, weighted by how common the name is; by ear; swapped or damaged; one given character of two; surname."""
    return _comparison(
        "person_name",
        _level("name_l IS NULL OR name_r IS NULL").configure(is_null_level=True),
        cll.ExactMatchLevel("name", term_frequency_adjustments=True),
        _level("pinyin_l = pinyin_r"),
        _level("sound_l = sound_r OR sorted_sound_l = sorted_sound_r"),
        _level("name_l LIKE '%□%' AND name_r LIKE replace(name_l, '□', '_')"),
        _level("levenshtein(sound_l, sound_r) <= 1"),
        _level("list_has_any(pairs_l, pairs_r)"),
        _level("given_l = given_r OR name_l = given_r"),
        _level("surname_l = surname_r AND list_has_any(characters_l, characters_r)"),
        _level("surname_l = surname_r"),
    )


def _number() -> cl.CustomComparison:
    """Equal; a household member's; lost tail; two valid ones that differ; masked, visible digits agreeing; slips; birth part equal."""
    return _comparison(
        "id_number",
        _level("number_l IS NULL OR number_r IS NULL").configure(is_null_level=True),
        cll.ExactMatchLevel("number"),
        _level("list_contains(other_ids_r, id18_l)"),
        _level("id15_l = id15_r"),
        _level("id18_l IS NOT NULL AND id18_r IS NOT NULL").configure(m_probability=NOBODY_HAS_TWO, fix_m_probability=True),
        _level("contains(number_l, '*') AND number_r LIKE replace(number_l, '*', '_')"),
        _level("levenshtein(number_l, number_r) <= 2 AND damerau_levenshtein(number_l, number_r) <= 1"),
        _level("levenshtein(number_l, number_r) <= 3"),
        _level("id_birth_l = id_birth_r"),
    )


def _birth() -> cl.CustomComparison:
    """Equal; one digit or two neighbours; day and month exchanged; the year; a year off."""
    return _comparison(
        "birth",
        _level("birth_year_l IS NULL OR birth_year_r IS NULL").configure(is_null_level=True),
        cll.ExactMatchLevel("dob"),
        _level("levenshtein(dob_l, dob_r) <= 2 AND damerau_levenshtein(dob_l, dob_r) <= 1"),
        _level(
            "left(dob_l, 4) = left(dob_r, 4) AND substr(dob_l, 5, 2) = substr(dob_r, 7, 2) AND substr(dob_l, 7, 2) = substr(dob_r, 5, 2)"
        ),
        _level("birth_year_l = birth_year_r"),
        _level("abs(birth_year_l - birth_year_r) <= 1"),
        _level("abs(birth_year_l - birth_year_r) <= 5"),
    )


def _place() -> cl.CustomComparison:
    """Village and town in one, for they say the same; weighted by how many people the village has."""
    return _comparison(
        "place",
        _level("village_code_r IS NULL OR (village_code_l IS NULL AND town_code_l IS NULL)").configure(is_null_level=True),
        cll.ExactMatchLevel("village_code", term_frequency_adjustments=True),
        _level("village_code_l IS NULL AND town_code_l = town_code_r"),
        _level("town_code_l = town_code_r"),
    )


def _group() -> cl.CustomComparison:
    """Says something only within one village."""
    return _comparison(
        "group_no",
        _level("group_no_l IS NULL OR group_no_r IS NULL OR village_code_l IS DISTINCT FROM village_code_r").configure(is_null_level=True),
        cll.ExactMatchLevel("group_no"),
    )


def _sex() -> cl.CustomComparison:
    return _comparison("sex", _level("sex_l IS NULL OR sex_r IS NULL").configure(is_null_level=True), cll.ExactMatchLevel("sex"))


def _phone() -> cl.CustomComparison:
    return _comparison(
        "phone",
        _level("phones_l IS NULL OR phones_r IS NULL").configure(is_null_level=True),
        _level("list_has_any(phones_l, phones_r)"),
    )


def _company() -> cl.CustomComparison:
    """Guardian, head and others of the row among the other members of the household."""
    return _comparison(
        "company",
        _level("(other_names_l IS NULL AND other_ids_l IS NULL) OR other_names_r IS NULL").configure(is_null_level=True),
        _level("list_has_any(other_ids_l, other_ids_r)"),
        _level("list_has_any(other_names_l, other_names_r) AND len(list_intersect(other_names_l, other_names_r)) >= 2"),
        _level("list_has_any(other_names_l, other_names_r)"),
    )
