import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0017_pack_effective"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reference", models.CharField(help_text="Number of the paper.", max_length=200)),
                (
                    "document_sha256",
                    models.CharField(
                        blank=True, help_text="Of the paper as a file; empty: not recorded.", max_length=64
                    ),
                ),
                (
                    "clauses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("giver_signed_on", models.DateField(blank=True, null=True)),
                ("receiver_signed_on", models.DateField(blank=True, null=True)),
                (
                    "hop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="custody.hop",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reference", models.CharField(help_text="Number of the paper.", max_length=200)),
                (
                    "document_sha256",
                    models.CharField(
                        blank=True, help_text="Of the paper as a file; empty: not recorded.", max_length=64
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("given_on", models.DateField()),
                (
                    "hop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="custody.hop"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
    ]
