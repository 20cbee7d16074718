"""Files that wait to be taken over after a preview."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budget.choices import UploadKind
from budget.querysets import UploadQuerySet
from portfolio.models.progress import attachment_storage

KEPT_FOR = datetime.timedelta(hours=24)


class Upload(models.Model):
    """A file in which no problem was found: it waits for its owner to take it over, and then says what it made.

    The file itself is kept for a day at most, and no longer than until it is taken over. `details` has what the form asked
    beside the file.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=UploadKind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="budget_uploads",
    )
    file = models.FileField(
        _("file"), storage=attachment_storage, upload_to="imports", max_length=200, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    details = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("uploaded on"), default=timezone.now, editable=False)
    taken_over_at = models.DateTimeField(_("taken over on"), null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=UploadKind.values), name="upload_kind_is_known"),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(taken_over_at__isnull=False, kind=UploadKind.BOOKINGS),
                name="bookings_are_taken_over_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def expires_at(self) -> datetime.datetime:
        """Until when it can be taken over."""
        return self.created_at + KEPT_FOR
