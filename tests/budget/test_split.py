"""The split of an amount by weight: to the cent, fair, the same for ever, and explained step by step."""

import itertools
import random
import string
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.exact import NotInWholeCents, rounded, to_cents, to_euro, truncated
from budget.split import NegativeAmount, NoWeights, RegionTwice, WeightNotPositive, split

# About 1 January 2023, in thousands of inhabitants: the indicative key, typed here apart from the fixture.
# fmt: off
THOUSANDS = (
    596, 660, 502, 545, 641, 845, 715, 581, 1388, 681, 348, 563, 1101,
    263, 1140, 836, 1372, 466, 391, 1152, 690, 808, 527, 599, 444,
)
# fmt: on
INHABITANTS = {f"VR{number:02}": thousands for number, thousands in enumerate(THOUSANDS, start=1)}

CODES = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=4)
# Small weights meet often, so that ties occur; large ones have up to 60 digits.
WEIGHTS = st.one_of(st.integers(1, 9), st.integers(1, 10**7), st.integers(1, 10**60 - 1))
KEYS = st.dictionaries(CODES, WEIGHTS, min_size=1, max_size=25)
AMOUNTS = st.one_of(st.integers(0, 60), st.integers(0, 10**10), st.integers(0, 10**60))


def cents(amount, weights):
    return {share.code: share.cents for share in split(amount, weights).shares}


@given(AMOUNTS, KEYS)
def test_shares_add_up_to_the_cent(amount, key):
    assert sum(cents(amount, key).values()) == amount


@given(AMOUNTS, KEYS)
def test_a_share_is_less_than_a_cent_from_the_exact_amount(amount, key):
    total = sum(key.values())
    for share in split(amount, key).shares:
        assert abs(share.cents - Fraction(amount * key[share.code], total)) < 1
        assert share.cents >= 0


@given(AMOUNTS, KEYS)
def test_a_larger_weight_never_gets_less(amount, key):
    shares = sorted(split(amount, key).shares, key=lambda share: share.weight)
    for smaller, larger in itertools.pairwise(shares):
        assert smaller.cents <= larger.cents or smaller.weight == larger.weight


@given(AMOUNTS, KEYS)
def test_of_equal_weights_the_lowest_codes_get_the_cent_more(amount, key):
    for one in (shares := split(amount, key).shares):
        for other in shares:
            if one.weight == other.weight and one.code < other.code:
                assert 0 <= one.cents - other.cents <= 1


@given(AMOUNTS, KEYS, st.integers(1, 10**30))
def test_a_factor_in_all_weights_changes_nothing(amount, key, factor):
    assert cents(amount, {code: weight * factor for code, weight in key.items()}) == cents(amount, key)


@given(AMOUNTS, KEYS, st.randoms(use_true_random=False))
def test_the_order_of_the_weights_changes_nothing(amount, key, chance):
    pairs = list(key.items())
    chance.shuffle(pairs)
    assert split(amount, pairs) == split(amount, key)
    assert [share.code for share in split(amount, pairs).shares] == sorted(key)


@given(AMOUNTS, KEYS)
def test_the_same_input_gives_the_same_output(amount, key):
    assert split(amount, dict(key)) == split(amount, dict(key))


@given(AMOUNTS, KEYS)
def test_who_follows_the_steps_gets_the_amount(amount, key):
    """With nothing but what one share says, and, for the rank, the remainders of the others."""
    result = split(amount, key)
    for share in result.shares:
        exact = Fraction(share.amount_cents * share.weight, share.total_weight)
        assert (share.amount_cents, share.weight, share.total_weight) == (
            amount,
            key[share.code],
            sum(key.values()),
        )
        assert exact == share.exact_cents == share.floor_cents + share.remainder
        assert share.fraction * share.amount_cents == exact
        assert 0 <= share.remainder_numerator < share.total_weight
        assert share.extra_cents == (1 if share.rank <= share.left_over_cents else 0)
        assert share.cents == share.floor_cents + share.extra_cents
        assert Fraction(share.euro) == Fraction(share.floor_euro) + Fraction(share.extra_euro)
        ahead = [
            other
            for other in result.shares
            if other.remainder > share.remainder
            or (other.remainder == share.remainder and other.code < share.code)
        ]
        assert share.rank == len(ahead) + 1
    assert {share.left_over_cents for share in result.shares} == {result.left_over_cents}
    assert sum(share.floor_cents for share in result.shares) + result.left_over_cents == amount
    assert sum(share.remainder for share in result.shares) == result.left_over_cents
    assert sum(share.extra_cents for share in result.shares) == result.left_over_cents


@given(AMOUNTS, KEYS)
def test_who_gets_a_cent_left_over_had_a_remainder(amount, key):
    assert all(share.remainder > 0 for share in split(amount, key).shares if share.extra_cents)


@given(KEYS)
def test_nothing_to_split_gives_nothing_to_each(key):
    assert set(cents(0, key).values()) == {0}


@given(KEYS)
def test_one_cent_goes_to_the_largest_weight_and_of_equals_to_the_lowest_code(key):
    winner = min(key, key=lambda code: (-key[code], code))
    assert cents(1, key) == {code: int(code == winner) for code in key}


@given(AMOUNTS, CODES, WEIGHTS)
def test_one_region_pays_all(amount, code, weight):
    (share,) = split(amount, {code: weight}).shares
    assert (share.cents, share.percentage(), share.rank, share.left_over_cents) == (amount, 100, 1, 0)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, [0, 0, 0]),
        (1, [1, 0, 0]),
        (2, [1, 1, 0]),
        (3, [1, 1, 1]),
        (100, [34, 33, 33]),
        (101, [34, 34, 33]),
    ],
)
def test_equal_weights_share_alike_and_the_lowest_codes_pay_the_cents_left_over(amount, expected):
    weights = {"VR03": 7, "VR01": 7, "VR02": 7}
    assert [share.cents for share in split(amount, weights).shares] == expected


def test_weights_of_sixty_digits_are_exact():
    large = 10**59 + 1
    result = split(3, {"VR01": large, "VR02": large + 1})
    assert [share.cents for share in result.shares] == [1, 2]
    assert result.shares[0].percentage() == Decimal("50.0000")
    # 3 × (w + 1) ÷ (2w + 1) is 1.5 and then 3 ÷ (4w + 2), a little less than 7.5 ÷ 10^60.
    assert result.shares[1].remainder_cents(places=62) == Decimal("0.5" + 58 * "0" + "749")
    assert result.shares[1].exact_euro(places=4) == Decimal("0.0150")


def test_the_indicative_key_gives_the_amounts_that_the_council_saw():
    result = split(62_500_000, INHABITANTS)
    share = result.share_of("VR08")
    assert (share.weight, share.total_weight) == (581, 17_854)
    assert share.percentage() == Decimal("3.2542")
    assert share.percentage(places=2) == Decimal("3.25")
    assert share.amount_euro == Decimal("625000.00")
    assert share.exact_euro() == Decimal("20338.579590")
    assert share.floor_euro == Decimal("20338.57")
    assert share.remainder_cents() == Decimal("0.9590")
    assert (share.rank, share.left_over_cents, share.extra_cents) == (1, 12, 1)
    assert str(share.extra_euro) == "0.01"
    assert str(share.euro) == "20338.58"
    assert sum(other.euro for other in result.shares) == Decimal("625000.00")


@pytest.mark.parametrize(
    ("weights", "error", "code"),
    [
        ({}, NoWeights, None),
        ([], NoWeights, None),
        ({"VR01": 1, "VR02": 0}, WeightNotPositive, "VR02"),
        ({"VR01": -1, "VR02": 1}, WeightNotPositive, "VR01"),
        ([("VR01", 1), ("VR02", 1), ("VR01", 1)], RegionTwice, "VR01"),
    ],
)
def test_weights_that_say_nothing_are_refused_with_their_region(weights, error, code):
    with pytest.raises(error) as refused:
        split(100, weights)
    assert isinstance(refused.value, ValueError)
    assert getattr(refused.value, "code", None) == code
    assert code is None or code in str(refused.value)


def test_a_negative_amount_is_refused():
    with pytest.raises(NegativeAmount):
        split(-1, {"VR01": 1})


@pytest.mark.parametrize("number", [1.0, Decimal(1), Fraction(1), "1", True], ids=repr)
def test_only_whole_numbers_are_split_or_weighed(number):
    with pytest.raises(TypeError):
        split(number, {"VR01": 1})
    with pytest.raises(TypeError):
        split(1, {"VR01": number})


def test_a_region_that_takes_no_part_has_no_share():
    with pytest.raises(KeyError):
        split(1, {"VR01": 1}).share_of("VR02")


def split_again(amount, weights):
    """Split by another road: hand out the cents one by one, to whoever is owed most at that moment."""
    total = sum(weights.values())
    owed = {code: Fraction(weight, total) * amount for code, weight in weights.items()}
    paid = {code: floor(exact) for code, exact in owed.items()}
    for _cent in range(amount - sum(paid.values())):
        most_owed = max(owed[code] - paid[code] for code in owed)
        paid[min(code for code in owed if owed[code] - paid[code] == most_owed)] += 1
    return paid


def random_key(chance, regions):
    """Make a key for so many regions; ties, equal weights and weights of all sizes occur."""
    largest = 10 ** chance.choice((1, 1, 2, 4, 7, 18, 60)) - 1
    return {f"VR{number:02}": chance.randint(1, largest) for number in range(1, regions + 1)}


def test_a_second_implementation_agrees_on_a_hundred_thousand_random_cases():
    chance = random.Random(20240601)  # noqa: S311 (the same cases every time)
    for case in range(100_000):
        # Mostly few regions, to be quick; all 25 in one of forty.
        key = random_key(chance, 25 if case % 40 == 0 else chance.randint(1, 4))
        amount = chance.randrange(10 ** chance.choice((1, 2, 4, 8, 10)))
        assert cents(amount, key) == split_again(amount, key), (amount, key)


@given(st.integers(-(10**40), 10**40))
def test_cents_and_euro_turn_into_each_other(amount):
    assert to_cents(to_euro(amount)) == amount
    assert str(to_euro(amount))[-3] == "."


@pytest.mark.parametrize("euro", ["0.001", "-12.345", "NaN", "Infinity"])
def test_what_is_no_amount_in_whole_cents_is_refused(euro):
    with pytest.raises(NotInWholeCents):
        to_cents(Decimal(euro))


@pytest.mark.parametrize(
    ("value", "places", "cut", "round_half_up"),
    [
        (Fraction(2, 3), 4, "0.6666", "0.6667"),
        (Fraction(-2, 3), 4, "-0.6666", "-0.6667"),
        (Fraction(1, 8), 2, "0.12", "0.13"),
        (Fraction(-1, 8), 2, "-0.12", "-0.13"),
        (Fraction(5), 0, "5", "5"),
        (Fraction(-1, 1000), 2, "0.00", "0.00"),
        (Fraction(10**40 + 1, 2), 0, "5" + "0" * 39, "5" + "0" * 38 + "1"),
    ],
)
def test_fractions_are_cut_off_or_rounded_exactly(value, places, cut, round_half_up):
    assert str(truncated(value, places)) == cut
    assert str(rounded(value, places)) == round_half_up
