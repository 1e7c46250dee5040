"""How carefully each bureau types: factors on the usual rates of `samples.noise`, with the reason for each."""

from __future__ import annotations

from samples.noise import Profile

# Read from the card at the counter; what is wrong came from elsewhere.
CARD_READER = Profile(
    factors={"id_substitution": 0.2, "id_transposition": 0.2, "id_lost_digit": 0.2, "id_added_digit": 0.2, "name_homophone": 0.4}
)
# The office that issues the numbers.
ISSUER = Profile(factors={"id_substitution": 0.1, "id_transposition": 0.1, "id_relative": 0.1, "id_15": 3.0, "name_homophone": 0.1})
# Parents fill in the form for the child.
PARENTS = Profile(factors={"id_relative": 4.0, "name_nickname": 3.0, "phone_wrong": 2.0})
# Copied by hand from paper in the village, in a village's own words.
BY_HAND = Profile(
    factors={"id_substitution": 2.0, "id_transposition": 2.0, "name_homophone": 2.0, "place_natural": 3.0, "group_wrong": 2.0}
)
# Known by name rather than by number.
NEIGHBOURS = Profile(factors={"name_nickname": 12.0, "name_homophone": 2.0, "place_natural": 4.0}, rates={"id_missing": 0.2})
# Heard on the telephone.
BY_EAR = Profile(factors={"name_homophone": 5.0, "name_nickname": 6.0, "place_style": 2.0})
# Databases of the time before the villages were merged.
OLD_NAMES = Profile(factors={"place_former": 3.0, "place_merged": 3.0, "town_former": 3.0, "id_15": 3.0})
# Systems that know few characters.
OLD_SYSTEM = Profile(factors={"name_rare_lost": 2.0, "name_dot": 1.5, "name_space": 3.0})
# Gifts are noted on the day, numbers are asked for later.
VOLUNTEERS = Profile(factors={"name_homophone": 2.0, "place_missing": 3.0}, rates={"id_missing": 0.12})
