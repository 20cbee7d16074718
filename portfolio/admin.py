"""The Django admin shows nothing of this app: portfolios, projects and decisions are tended to on pages of their own."""

from django.contrib import admin
from post_office.models import Attachment, Email, EmailTemplate, Log

# The outbox is the application's; its texts are in templates.
for _model in (Attachment, Email, EmailTemplate, Log):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
