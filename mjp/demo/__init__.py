"""The demonstration: fictional people, the story of their projects and of the budget, on the real programme. Refused in production."""

from mjp.demo.budget import load_budget
from mjp.demo.people import NotADemonstration, load_people, read_or_make_password
from mjp.demo.projects import load_projects

__all__ = ["NotADemonstration", "load_budget", "load_people", "load_projects", "read_or_make_password"]
