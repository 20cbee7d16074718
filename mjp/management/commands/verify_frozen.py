"""`manage.py verify_frozen`: whether everything that was adopted still says what was adopted."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from budget.models import ContributionSet, DistributionKey
from budget.services import verify_contributions, verify_key
from pillars.errors import PlanDoesNotMatchItsSeal
from pillars.models import PlanVersion
from pillars.services import verify_plan_version
from portfolio.models import AnnualPlan
from portfolio.services import verify_annual_plan


class Command(BaseCommand):
    """Fails with a line for each that differs; changes nothing."""

    help = (
        "Check every adopted or superseded plan version, annual plan, distribution key and set of contributions against "
        "its seal."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        plans = PlanVersion.objects.frozen().select_related("programme")
        annual_plans = AnnualPlan.objects.sealed().with_people().with_paragraphs()
        keys = DistributionKey.objects.sealed().select_related("replaces", "coefficients")
        sets = ContributionSet.objects.sealed().select_related("budget", "key", "replaces")
        problems = [
            *_plan_problems(plans),
            *_annual_plan_problems(annual_plans),
            *_key_problems(keys),
            *_set_problems(sets),
        ]
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(
            f"Plans: {len(plans)}, annual plans: {len(annual_plans)}, distribution keys: {len(keys)}, "
            f"sets of contributions: {len(sets)}; each as it was adopted."
        )


def _plan_problems(versions: Any) -> Iterator[str]:
    for version in versions:
        try:
            verify_plan_version(version)
        except PlanDoesNotMatchItsSeal as problem:
            yield str(problem)


def _annual_plan_problems(plans: Any) -> Iterator[str]:
    return (
        f"annual plan {plan.year}, version {plan.label}: it differs from what was adopted"
        for plan in plans
        if not verify_annual_plan(plan)
    )


def _key_problems(keys: Any) -> Iterator[str]:
    return (
        f"distribution key {key.name}, version {key.version}: it differs from what was adopted"
        for key in keys
        if not verify_key(key)
    )


def _set_problems(sets: Any) -> Iterator[str]:
    return (
        f"contributions {drawn.budget.year}, version {drawn.version}: they differ from what was adopted"
        for drawn in sets
        if not verify_contributions(drawn)
    )
