"""Fields and serializers of the API's input: strict, and with a fixed number of queries whatever comes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organisation.models import User

# The largest key that a database holds.
LARGEST_KEY = 2**63 - 1
# How much of one kind a project has at most; no project of the programme comes near.
MOST_LINES = 200
MOST_LINKS = 100
UNKNOWN_FIELDS_NAMED = 10


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses a field that it doesn't know, so that nothing that someone sent is left out without a word."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(data.keys() - self.fields.keys()) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(
                {
                    name: [_("There is no such field here; the description of the API lists them.")]
                    for name in unknown[:UNKNOWN_FIELDS_NAMED]
                }
            )
        return super().to_internal_value(data)


class StrictSerializerDescription(OpenApiSerializerExtension):
    """Says so in the description of the API, with how much a text or list holds."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        for name, described in schema["properties"].items():
            field = self.target.fields[name]
            if isinstance(field, serializers.CharField) and not field.allow_blank:
                described["minLength"] = 1
            if isinstance(field, serializers.ListSerializer):
                described["maxItems"] = MOST_LINES
            if isinstance(field, serializers.ListField) and not field.allow_empty:
                described["minItems"] = 1
        return {**schema, "additionalProperties": False}


class TextField(serializers.CharField):
    """A text; a number is none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class KeyField(serializers.IntegerField):
    """The id of a record."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_KEY, **options)


class KeysField(serializers.ListField):
    """Ids of records, a limited number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", MOST_LINKS)
        super().__init__(child=KeyField(), **options)


class SlugsField(serializers.ListField):
    """Slugs of records, a limited number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.SlugField(max_length=80), max_length=MOST_LINKS, **options)


class _RecordField(serializers.Field):
    """One record, looked up in `queryset` by what was sent, once that has the right form."""

    form: serializers.Field
    lookup: str
    unknown = gettext_lazy("There is no “%(value)s” to choose here.")

    def __init__(self, queryset: Any, **options: Any) -> None:
        super().__init__(**options)
        self.queryset = queryset

    def to_internal_value(self, data: Any) -> Model:
        value = self.form.run_validation(data)
        record: Model | None = self.queryset.all().filter(**{self.lookup: value}).first()
        if record is None:
            raise serializers.ValidationError(str(self.unknown) % {"value": value})
        return record

    def to_representation(self, value: Any) -> Any:
        return getattr(value, self.lookup)


@extend_schema_field(KeyField())
class RecordByKey(_RecordField):
    """A record by its id."""

    form = KeyField()
    lookup = "pk"


@extend_schema_field({"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 80})
class RecordBySlug(_RecordField):
    """A record by its slug."""

    form = serializers.SlugField(max_length=80)
    lookup = "slug"


def lines_of(kind: type[StrictSerializer], **options: Any) -> serializers.ListSerializer[Any]:
    """Give a field with lines of a kind, a limited number: more are refused before any is read."""
    return serializers.ListSerializer(child=kind(), max_length=MOST_LINES, **options)


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person by name; how to reach them is not the API's to tell."""

    class Meta:
        model = User
        fields: ClassVar = ["id", "name"]
        read_only_fields = fields
