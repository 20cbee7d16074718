"""The words for what can be chosen: those of the interface in both languages, and what people also say."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Choices
from django.utils import translation

from organisation.choices import Language
from organisation.spreadsheets.values import normalise
from portfolio.choices import FormOfWork, Health, Level, ProjectState

# The states in which projects come in; the others follow from what is done with them here.
STATES = (
    ProjectState.DRAFT,
    ProjectState.SUBMITTED,
    ProjectState.ACCEPTED,
    ProjectState.RUNNING,
    ProjectState.COMPLETED,
)
# Beside the names of the choices in both languages.
OTHER_WORDS: Mapping[Any, tuple[str, ...]] = {
    ProjectState.DRAFT: ("concept",),
    ProjectState.SUBMITTED: ("ingediend",),
    ProjectState.ACCEPTED: ("geaccepteerd", "aanvaard", "goedgekeurd", "approved"),
    ProjectState.RUNNING: ("lopend", "loopt", "in uitvoering"),
    ProjectState.COMPLETED: ("afgerond", "gereed", "done"),
    FormOfWork.PROCESS: ("proces",),
    FormOfWork.NETWORK_PROGRAMME: ("werkprogramma van een netwerk", "werkprogramma netwerk"),
    FormOfWork.WORKING_GROUP: ("werkgroep",),
    FormOfWork.EXPERT_TEAM: ("expertteam",),
    FormOfWork.HIRED_EXPERTISE: ("ingehuurde expertise", "inhuur", "externe expertise"),
    Health.GREEN: ("groen", "op koers"),
    Health.AMBER: ("oranje", "orange", "aandacht nodig"),
    Health.RED: ("rood", "uit koers", "niet op koers"),
    Level.LOW: ("laag",),
    Level.MEDIUM: ("middel", "gemiddeld", "midden"),
    Level.HIGH: ("hoog",),
}


def words_for(choices: Iterable[Choices]) -> dict[str, Any]:
    """Give the choices by every word for them: their value, their label in both languages, and what people also say."""
    found: dict[str, Any] = {}
    for choice in choices:
        labels = []
        for language in Language.values:
            with translation.override(language):
                labels.append(str(choice.label))
        for word in (str(choice.value), *labels, *OTHER_WORDS.get(choice, ())):
            found[normalise(word)] = choice
    return found
