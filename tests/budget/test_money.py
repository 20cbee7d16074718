"""Amounts as people type and read them, in both notations and both languages."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Engine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from budget.exact import to_euro
from budget.money import LARGEST, MoneyField, format_money, format_number, format_percent, parse_money

D = Decimal
NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
LANGUAGES = ("nl", "en")
AMOUNTS = st.integers(-(10**12) + 1, 10**12 - 1).map(to_euro)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("€ 25.000,00", "25000.00"),
        (f"€{NBSP}25.000,00", "25000.00"),
        (f"€{NARROW}25{NARROW}000,00", "25000.00"),
        ("25,000.00", "25000.00"),
        ("€25,000.00", "25000.00"),
        ("25.000", "25000.00"),
        ("25,000", "25000.00"),
        ("25000", "25000.00"),
        ("25 000", "25000.00"),
        ("25 000.5", "25000.50"),
        ("12,5", "12.50"),
        ("12.50", "12.50"),
        ("1234,56", "1234.56"),
        ("1.234.567,8", "1234567.80"),
        ("1,234,567.8", "1234567.80"),
        ("1.234.567", "1234567.00"),
        ("-12,50", "-12.50"),
        ("−12,50", "-12.50"),
        ("- 12,50", "-12.50"),
        ("€ -25,00", "-25.00"),
        ("-€25.00", "-25.00"),
        ("-€ 25", "-25.00"),
        ("25.000,-", "25000.00"),
        ("25,--", "25.00"),
        ("25,–", "25.00"),
        ("€ 25.000,—", "25000.00"),
        ("EUR 25", "25.00"),
        ("eur25", "25.00"),
        ("25 €", "25.00"),
        ("25,00 EUR", "25.00"),
        ("  7\t", "7.00"),
        ("007", "7.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("0,05", "0.05"),
        ("9.999.999.999,99", "9999999999.99"),
        ("-9999999999.99", "-9999999999.99"),
    ],
)
def test_both_notations_are_understood_in_either_language(language, text, amount):
    with translation.override(language):
        assert str(parse_money(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        (f" {NBSP}", "required"),
        ("12,345678", "decimals"),
        ("12.3456", "decimals"),
        ("0,125", "decimals"),
        ("0.500", "decimals"),
        ("1234,567", "decimals"),
        ("1.234,567", "decimals"),
        ("25 000,000", "decimals"),
        ("1.23.456", "grouping"),
        ("25.00.000", "grouping"),
        ("1.234.56", "grouping"),
        ("1.234,567,890", "grouping"),
        ("1,234.567.890", "grouping"),
        ("1.234 567", "grouping"),
        ("0.123.456", "grouping"),
        ("1 2", "grouping"),
        ("12,,5", "grouping"),
        ("12,5.", "invalid"),
        ("12,", "invalid"),
        (",50", "invalid"),
        ("12,50,-", "grouping"),
        ("12,-5", "invalid"),
        ("--5", "invalid"),
        ("-€-5", "invalid"),
        ("12-", "invalid"),
        ("+5", "invalid"),
        ("(5)", "invalid"),
        ("€ 5 €", "invalid"),
        ("€", "invalid"),
        ("-", "invalid"),
        ("$ 5", "invalid"),
        ("25k", "invalid"),
        ("twaalf", "invalid"),
        ("1e5", "invalid"),
        ("1E+5", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("0x10", "invalid"),
        ("1_000", "invalid"),
        ("1'000", "invalid"),
        ("٢٥", "invalid"),
        ("２５", "invalid"),
        ("2²", "invalid"),
        ("5\x00", "invalid"),
        ("=5", "invalid"),
        ("10.000.000.000,00", "too_large"),
        ("10000000000", "too_large"),
        ("-1234567890123", "too_large"),
        ("9" * 60, "too_large"),
        ("9" * 61, "invalid"),
        ("9" * 1_000_000, "invalid"),
    ],
    ids=lambda text: ascii(text)[:24],
)
def test_what_is_no_certain_amount_is_refused(text, code):
    with pytest.raises(ValidationError) as refused:
        parse_money(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter an amount"),
        ("abc", "Write it in digits"),
        ("1,23456", "Round it to whole cents"),
        ("1.2.3", "Write 25000"),
        ("1" * 20, "at most 9,999,999,999.99 fits"),
    ],
)
def test_a_refusal_says_what_to_do(english, text, message):
    with pytest.raises(ValidationError, match=message):
        parse_money(text)


@given(st.text("0123456789.,-€ EUR" + NBSP, max_size=16))
def test_a_text_is_an_amount_or_refused(text):
    try:
        amount = parse_money(text)
    except ValidationError:
        return
    assert abs(amount) <= LARGEST
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize("reading", LANGUAGES)
@pytest.mark.parametrize("writing", LANGUAGES)
@given(amount=AMOUNTS)
def test_what_is_shown_can_be_typed_in_either_language(reading, writing, amount):
    text, number = format_money(amount, writing), format_number(amount, 2, writing)
    with translation.override(reading):
        assert parse_money(text) == parse_money(number) == amount


@pytest.mark.parametrize(
    ("amount", "dutch", "english"),
    [
        (D("25000.00"), f"€{NBSP}25.000,00", "€25,000.00"),
        (D("1234567.8"), f"€{NBSP}1.234.567,80", "€1,234,567.80"),
        (D("-25"), f"€{NBSP}-25,00", "-€25.00"),
        (D("0"), f"€{NBSP}0,00", "€0.00"),
        (D("-0.00"), f"€{NBSP}0,00", "€0.00"),
        (D("-0.001"), f"€{NBSP}0,00", "€0.00"),
        (D("0.125"), f"€{NBSP}0,13", "€0.13"),
        (Fraction(2, 3), f"€{NBSP}0,67", "€0.67"),
        (625_000, f"€{NBSP}625.000,00", "€625,000.00"),
        (D(10**30), f"€{NBSP}1{'.000' * 10},00", f"€1{',000' * 10}.00"),
    ],
    ids=str,
)
def test_money_is_written_in_the_notation_of_the_language(amount, dutch, english):
    assert (format_money(amount, "nl"), format_money(amount, "en")) == (dutch, english)
    with translation.override("nl"):
        assert format_money(amount) == dutch
    with translation.override("en"):
        assert format_money(amount) == english
    with translation.override(None):
        assert format_money(amount) == dutch


def test_an_exact_amount_shows_as_many_decimals_as_asked():
    assert format_money(D("20338.579590"), "nl", places=6) == f"€{NBSP}20.338,579590"
    assert format_money(D("-0.5"), "en", places=4) == "-€0.5000"
    assert format_money(D("1234.5"), "en", places=0) == "€1,235"


def test_numbers_and_percentages_follow_the_language():
    assert format_number(17_854, language="nl") == "17.854"
    assert format_number(D("-0.195"), 3, "nl") == "-0,195"
    assert format_number(10**59, language="en") == "100" + ",000" * 19
    assert format_percent(D("3.2542"), 4, "nl") == f"3,2542{NBSP}%"
    assert format_percent(D("3.2542"), 2, "en") == "3.25%"
    assert format_percent(Fraction(58_100, 17_854), 4, "nl") == f"3,2542{NBSP}%"
    assert format_percent(100, 0, "en") == "100%"


@pytest.mark.parametrize("write", [format_money, format_number, format_percent])
def test_a_float_is_not_written(write):
    with pytest.raises(TypeError):
        write(0.1)


class AmountForm(forms.Form):
    amount = MoneyField(min_value=0, max_value=D("625000.00"))


class OptionalForm(forms.Form):
    amount = MoneyField(required=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["€ 25.000,00", "25,000.00", "25000"])
def test_a_field_takes_either_notation(language, text):
    with translation.override(language):
        form = AmountForm({"amount": text})
        assert form.is_valid()
        assert str(form.cleaned_data["amount"]) == "25000.00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter an amount, such as 25,000.00."),
        ("   ", "Enter an amount, such as 25,000.00."),
        ("-0.01", "Enter an amount of at least €0.00."),
        ("625000.01", "Enter an amount of at most €625,000.00."),
        ("1.2345", "An amount has at most two decimals, such as 12.50. Round it to whole cents."),
    ],
)
def test_a_field_says_what_to_do(english, text, message):
    assert AmountForm({"amount": text}).errors["amount"] == [message]


@pytest.mark.parametrize("text", ["0", "625.000,00"])
def test_the_limits_of_a_field_belong_to_it(text):
    assert AmountForm({"amount": text}).is_valid()


def test_a_field_takes_exact_numbers_as_they_are():
    """Not by way of a text: 12.345 would be thousands there."""
    field = MoneyField()
    assert [str(field.clean(number)) for number in (D("12.5"), 12)] == ["12.50", "12.00"]
    with pytest.raises(ValidationError) as refused:
        field.clean(D("12.345"))
    assert refused.value.code == "decimals"
    with pytest.raises(TypeError):
        field.clean(12.345)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_optional_field_may_stay_empty(text):
    form = OptionalForm({"amount": text})
    assert form.is_valid()
    assert form.cleaned_data["amount"] is None


@pytest.mark.parametrize(("language", "shown"), [("nl", "25.000,50"), ("en", "25,000.50")])
def test_a_field_shows_its_amount_in_the_notation_of_the_language(language, shown):
    with translation.override(language):
        page = str(AmountForm(initial={"amount": D("25000.5")})["amount"])
    assert f'value="{shown}"' in page
    assert 'inputmode="decimal"' in page
    assert 'type="text"' in page


def test_a_field_shows_again_what_was_typed():
    assert 'value="12,345,6"' in str(AmountForm({"amount": "12,345,6"})["amount"])
    assert "value" not in str(AmountForm(initial={"amount": None})["amount"])


@pytest.mark.parametrize(
    ("initial", "text", "changed"),
    [
        (D("25000"), "25.000,00", False),
        (D("25000"), "25,000", False),
        (D("25000"), "25.000,01", True),
        (D("25000"), "", True),
        (None, "", False),
        (None, "0", True),
    ],
)
def test_another_notation_of_the_same_amount_is_no_change(initial, text, changed):
    assert OptionalForm({"amount": text}, initial={"amount": initial}).has_changed() is changed


@pytest.mark.parametrize(
    ("source", "dutch", "english"),
    [
        ("{{ amount|euro }}", f"€{NBSP}20.338,58", "€20,338.58"),
        ("{{ amount|euro:6 }}", f"€{NBSP}20.338,579590", "€20,338.579590"),
        ("{{ share|percent }}", f"3,25{NBSP}%", "3.25%"),
        ("{{ share|percent:4 }}", f"3,2542{NBSP}%", "3.2542%"),
        ("{{ amount|euro_change }}", f"€{NBSP}+20.338,58", "+€20,338.58"),
        ("{{ less|euro_change }}", f"€{NBSP}-5,10", "-€5.10"),
        ("{{ zero|euro_change }}", f"€{NBSP}0,00", "€0.00"),
        ("{{ share|percent_change }}", f"+3,25{NBSP}%", "+3.25%"),
        ("[{{ nothing|euro_change }}{{ nothing|percent_change }}]", "[]", "[]"),
        ("{{ weight|number }}", "17.854", "17,854"),
        ("{{ share|number:1 }}", "3,3", "3.3"),
        ("[{{ nothing|euro }}{{ nothing|percent }}{{ nothing|number }}{{ absent|euro }}]", "[]", "[]"),
    ],
)
def test_templates_write_amounts_in_the_language_of_the_page(source, dutch, english):
    engine = Engine(libraries={"money": "budget.templatetags.money"}, builtins=["budget.templatetags.money"])
    page = engine.from_string(source)
    values = {"amount": D("20338.579590"), "share": D("3.2542"), "weight": 17_854, "nothing": None}
    values |= {"less": D("-5.10"), "zero": D(0)}
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert page.render(Context(values)) == text
