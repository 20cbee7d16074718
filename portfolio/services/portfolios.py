"""Keeping portfolios, their themes, and who holds them for which period."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisation.choices import Role
from organisation.models import User
from pillars.models import Theme
from portfolio.models import Portfolio, PortfolioHolder
from portfolio.services.doors import require, take_turns


@dataclass(frozen=True, slots=True)
class HolderLine:
    """That a person holds the portfolio for a period; with `key` the stored holding that it changes.

    Of a holding that has begun only the last day can change. One that hasn't begun is removed by `is_removed`.
    """

    starts_on: datetime.date
    ends_on: datetime.date | None = None
    user: User | None = None
    key: int | None = None
    is_removed: bool = False


def fingerprint(portfolio: Portfolio) -> str:
    """Give a short text that changes when the portfolio, its themes or its holders do. Two queries."""
    looks = (
        portfolio.name,
        portfolio.description,
        sorted(portfolio.themes.values_list("pk", flat=True)),
        sorted(
            (key, user, str(starts_on), str(ends_on))
            for key, user, starts_on, ends_on in portfolio.holders.values_list(
                "pk", "user", "starts_on", "ends_on"
            )
        ),
    )
    return hashlib.sha256(repr(looks).encode()).hexdigest()


@transaction.atomic
def make_portfolio(
    *, by: User, name: str, description: str, themes: Iterable[Theme], holders: Sequence[HolderLine] = ()
) -> Portfolio:
    """Make a portfolio; its address is made from its name, once. The same request again gives what it made.

    Raises `PermissionDenied`, and `ValidationError` by field as `save_portfolio` does.
    """
    require(by, "portfolio.add_portfolio")
    take_turns(by)
    made = Portfolio.objects.filter(name=name).first()
    if made is not None and _was_made_alike(made, by, description, themes):
        return made
    portfolio = Portfolio(name=name, description=description, slug=_new_slug(name))
    portfolio.full_clean()
    portfolio.save_by(by)
    _set_themes(portfolio, themes)
    if portfolio.themes.exists():
        portfolio.save_by(by)
    _save_holders(portfolio, holders, by)
    return portfolio


@transaction.atomic
def save_portfolio(
    portfolio: Portfolio,
    *,
    by: User,
    name: str,
    description: str,
    themes: Iterable[Theme],
    holders: Sequence[HolderLine] = (),
    read_as: str | None = None,
) -> Portfolio:
    """Change a portfolio, its themes and its holders. Its address stays.

    `read_as` is the fingerprint of what the person read. Raises `PermissionDenied`, and `ValidationError`: by field, by
    `holders.<place>.<field>` for a holder, or with the code "conflict" when someone else changed it meanwhile. What
    would change nothing, such as the same request again, is no conflict.
    """
    stored = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio.pk)
    require(by, "portfolio.change_portfolio", None)
    before = fingerprint(stored)
    is_changed = (stored.name, stored.description) != (name, description)
    stored.name, stored.description = name, description
    stored.full_clean()
    is_changed |= _set_themes(stored, themes)
    if is_changed:
        stored.save_by(by)
    _save_holders(stored, holders, by)
    if read_as is not None and read_as != before and fingerprint(stored) != before:
        raise ValidationError(
            _(
                "Someone else changed this while you had it open, so nothing was saved. Choose below, field by field, "
                "what will stand, and save once more."
            ),
            code="conflict",
        )
    return stored


def _was_made_alike(portfolio: Portfolio, by: User, description: str, themes: Iterable[Theme]) -> bool:
    """Whether the person made this portfolio with the same content: a double click, or a form that was sent again."""
    first = portfolio.history.order_by("history_id").first()
    return (
        first is not None
        and first.history_user_id == by.pk
        and portfolio.description == description
        and set(portfolio.themes.all()) == set(themes)
    )


def _new_slug(name: str) -> str:
    wanted = slugify(name)[:70].strip("-") or "portfolio"
    taken = set(Portfolio.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _set_themes(portfolio: Portfolio, themes: Iterable[Theme]) -> bool:
    """Set the themes; tell whether they changed. The record of the history is left to the portfolio's own save."""
    wanted = {theme.pk for theme in themes}
    if wanted == set(portfolio.themes.values_list("pk", flat=True)):
        return False
    portfolio.skip_history_when_saving = True
    try:
        portfolio.themes.set(wanted)
    finally:
        del portfolio.skip_history_when_saving
    return True


def _save_holders(portfolio: Portfolio, lines: Sequence[HolderLine], by: User) -> None:
    stored = {holding.pk: holding for holding in portfolio.holders.all()}
    # What ends makes place for what begins, so stored holdings come first.
    in_order = sorted(enumerate(lines), key=lambda pair: pair[1].key is None)
    problems: dict[str, list[str]] = {}
    for place, line in in_order:
        try:
            if line.key is None:
                _add_holder(portfolio, line, by)
            elif line.key in stored:
                _change_holder(stored[line.key], line, by)
        except ValidationError as error:
            for name, texts in _by_field(error).items():
                problems.setdefault(f"holders.{place}.{name}", []).extend(texts)
    if problems:
        raise ValidationError(problems)


def _add_holder(portfolio: Portfolio, line: HolderLine, by: User) -> None:
    if line.user is None or Role.PORTFOLIO_HOLDER not in line.user.roles:
        raise ValidationError({"user": _("Choose someone with the role of portfolio holder.")})
    same = portfolio.holders.filter(user=line.user, starts_on=line.starts_on, ends_on=line.ends_on)
    if same.exists():
        return
    holding = PortfolioHolder(
        portfolio=portfolio, user=line.user, starts_on=line.starts_on, ends_on=line.ends_on
    )
    holding.full_clean()
    holding.save_by(by)


def _change_holder(holding: PortfolioHolder, line: HolderLine, by: User) -> None:
    has_begun = holding.starts_on <= timezone.localdate()
    if line.is_removed:
        if has_begun:
            raise ValidationError(
                {"ends_on": _("This period has begun: it is ended by a last day, not removed.")}
            )
        holding.delete_by(by)
        return
    starts_on = holding.starts_on if has_begun else line.starts_on
    if (holding.starts_on, holding.ends_on) == (starts_on, line.ends_on):
        return
    holding.starts_on, holding.ends_on = starts_on, line.ends_on
    holding.full_clean()
    holding.save_by(by)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
