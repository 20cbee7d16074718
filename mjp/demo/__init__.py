"""The demonstration: fictional people and the story of their projects, on the real programme. Refused in production."""

from mjp.demo.people import NotADemonstration, load_people, read_or_make_password
from mjp.demo.projects import load_projects

__all__ = ["NotADemonstration", "load_people", "load_projects", "read_or_make_password"]
