import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _of(table: str) -> models.ForeignKey:
    """A reference that goes with the row it points to: a convenience keeps nothing alive."""
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=table)


class Migration(migrations.Migration):
    """Drafts of guided forms and saved recipient sets, each of one user."""

    dependencies = [("custody", "0007_notices")]
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=60)),
                ("data", models.JSONField(help_text="Answers by field: text, or a list of texts.")),
                ("updated_at", models.DateTimeField()),
                ("project", _of("custody.project")),
                ("user", _of(settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "project", "verb"), name="one_draft")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientSet",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("channel", models.CharField(max_length=32)),
                ("purpose", models.CharField(max_length=300)),
                ("hop", _of("custody.hop")),
                ("project", _of("custody.project")),
                ("receiver_person", _of("custody.person")),
                ("system", _of("custody.system")),
                ("user", _of(settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "project", "name"), name="recipient_set_name_once"
                    )
                ],
            },
        ),
    ]
