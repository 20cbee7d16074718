"""Excel workbooks with existing projects, from upload to import."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.models.assignments import Project
from portfolio.models.progress import attachment_storage
from portfolio.querysets import ProjectImportQuerySet

# How long a checked file waits to be imported.
KEPT_FOR = datetime.timedelta(hours=24)


class ProjectImport(models.Model):
    """A workbook in which no problem was found: it waits for its owner to import it, and then says what it made.

    The file itself is kept for a day at most, and no longer than until it is imported.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="project_imports",
    )
    file = models.FileField(
        _("file"), storage=attachment_storage, upload_to="imports", max_length=200, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("uploaded on"), default=timezone.now, editable=False)
    imported_at = models.DateTimeField(_("imported on"), null=True, blank=True)
    projects = models.ManyToManyField(
        Project,
        verbose_name=_("projects"),
        blank=True,
        related_name="imports",
        db_table="portfolio_projectimport_project",
    )

    objects = ProjectImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of projects")
        verbose_name_plural = _("imports of projects")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(imported_at__isnull=False), name="file_is_imported_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def expires_at(self) -> datetime.datetime:
        """Until when it can be imported."""
        return self.created_at + KEPT_FOR
