"""The forms on the page of a project."""

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from organisation.forms import OnceForm
from portfolio.models import Project
from portfolio.models.assignments import LONGEST_TEXT
from portfolio.uploads import LARGEST_UPLOAD, TAKEN_EXTENSIONS

LONGEST_REMARK = 5_000


class VerbForm(OnceForm):
    """A button: nothing to fill in, carried out once."""


class WithdrawForm(OnceForm):
    """Take an assignment back; who was asked to decide on it is told why."""

    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = project.was_submitted


class RemarkForm(OnceForm):
    """Say something to the holder."""

    text = forms.CharField(
        label=_("Your remark to the holder"),
        help_text=_("Everyone who may see the project reads it. It can't be changed afterwards."),
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AttachmentForm(OnceForm):
    """Add a file."""

    file = forms.FileField(
        label=_("File to add"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TAKEN_EXTENSIONS)}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        most = filesizeformat(LARGEST_UPLOAD)
        field = self.fields["file"]
        field.help_text = _(
            "PDF, Word, Excel, PowerPoint, OpenDocument or an image, at most %(most)s; without macros."
        ) % {"most": most}
        field.widget.attrs["data-most-bytes"] = LARGEST_UPLOAD
        field.widget.attrs["data-too-large"] = _(
            "This file is larger than %(most)s. Make it smaller, or split it."
        ) % {"most": most}
