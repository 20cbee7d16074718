"""Where a higher app adds to this one, which doesn't know it: it fills these in its `AppConfig.ready`.

Without anybody who fills them everything here works: nothing more is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio.models import Project

# Says what stands in the way of accepting these submitted projects together, a sentence each, such as a year without
# enough money; nothing when all is well. It is asked in the transaction of the decision, before anything changes and
# after the projects are locked, in the order of their keys. It may lock rows of its own app: whoever takes both takes the
# projects first.
AcceptanceCheck = Callable[[Sequence["Project"]], Sequence[str]]

acceptance_checks: list[AcceptanceCheck] = []


def objections_to_accepting(projects: Sequence[Project]) -> list[str]:
    """Ask all checks what stands in the way of accepting these projects together."""
    return [text for check in acceptance_checks for text in check(projects)]
