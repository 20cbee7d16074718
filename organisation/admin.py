"""The Django admin of the ground floor: regions, networks, and users with their roles."""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as BaseUserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from knox.models import AuthToken

from organisation.autocompletion import AutocompleteAdmin
from organisation.choices import Role
from organisation.conflicts import UnchangedSinceForm
from organisation.models import Network, Region, RoleAssignment, User

admin.site.site_title = "MJP Portfolio"
admin.site.site_header = _("MJP Portfolio: administration")
admin.site.index_title = _("Reference data and users")
# One way in, with its limits on attempts and, later, its second factor.
setattr(admin.site, "login", secure_admin_login(admin.site.login))  # noqa: B010

# knox gives no names, in any language. What is set here stays out of its migrations.
apps.get_app_config("knox").verbose_name = _("API")
AuthToken._meta.verbose_name = _("API token")
AuthToken._meta.verbose_name_plural = _("API tokens")
for field, label in {
    "digest": _("digest"),
    "token_key": _("start of the token"),
    "user": _("user"),
    "created": _("made on"),
    "expiry": _("ends on"),
}.items():
    AuthToken._meta.get_field(field).verbose_name = label

# Said by Django, whose own Dutch doesn't have them.
gettext_noop("Model name")
gettext_noop("Add link")
gettext_noop("Change or view list link")

# What a person may do follows from roles; groups would do nothing.
admin.site.unregister(Group)

LAST_ADMINISTRATOR = _(
    "This is the only active administrator: without one nobody can tend to users and roles any more. "
    "Give someone else the role first."
)


class UserCreationForm(AdminUserCreationForm):
    """A new user, known by e-mail address; without a password until they set one themselves, if so chosen."""

    class Meta:
        model = User
        fields = ("email", "name")


class PasswordForm(AdminPasswordChangeForm):
    """A password for someone else; Django says in English alone what switching it off does."""

    usable_password_help_text = format_lazy(  # type: ignore[assignment]  # Django's own is lazy too
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        AdminUserCreationForm.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


class UserChangeForm(UnchangedSinceForm, BaseUserChangeForm):
    """A user."""

    class Meta:
        model = User
        fields = "__all__"

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and self.instance.is_last_administrator:
            raise ValidationError(LAST_ADMINISTRATOR, code="last_administrator")
        return is_active


class RoleAssignmentFormSet(BaseInlineFormSet):
    """The roles of a user."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = {form.cleaned_data.get("role") for form in self.forms if not form.cleaned_data.get("DELETE")}
        if Role.ADMIN not in kept and self.instance.is_last_administrator:
            raise ValidationError(LAST_ADMINISTRATOR, code="last_administrator")


class RoleAssignmentInline(admin.TabularInline):
    model = RoleAssignment
    formset = RoleAssignmentFormSet
    extra = 1


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Users are made inactive, never deleted: decisions and reports name them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm
    fieldsets = (
        (None, {"fields": ("email", "password", "read_as")}),
        (_("Person"), {"fields": ("name", "region", "language", "is_fictional")}),
        (_("Access"), {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")},
        ),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("name", "email", "region", "roles_held", "is_active", "is_fictional")
    list_filter = ("is_active", "is_fictional", "role_assignments__role", "region")
    search_fields = ("name", "email")
    ordering = ("name", "email")
    filter_horizontal = ()
    list_select_related = ("region",)
    inlines: ClassVar = [RoleAssignmentInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("role_assignments")

    @admin.display(description=_("roles"))
    def roles_held(self, user: User) -> str:
        return ", ".join(str(assignment) for assignment in user.role_assignments.all())

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Save; an earlier e-mail address no longer signs in, nor gets a link to set a password."""
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    form = UnchangedSinceForm
    list_display = ("code", "name")
    list_display_links = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Network)
class NetworkAdmin(AutocompleteAdmin):
    form = UnchangedSinceForm
    list_display = ("name", "abbreviation", "kind", "tier", "position")
    list_filter = ("kind", "tier")
    search_fields = ("name", "abbreviation")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("reports_to",)
