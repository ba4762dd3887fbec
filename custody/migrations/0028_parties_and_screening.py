import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

NUMBERS = uuid.UUID("6f0ad3a7-7a7e-5b7e-9d0c-4b1d4a1f2c55")


def name_numbers(apps, schema_editor):
    """Registration numbers get ids that are made of them, so that the ledger tells which rows there must be."""
    numbers = apps.get_model("custody", "PartyIdentifier").objects.using(schema_editor.connection.alias)
    for id, scheme, value in list(numbers.values_list("id", "scheme", "value")):
        numbers.filter(id=id).update(id=uuid.uuid5(NUMBERS, f"{scheme}\n{value}"))


class Migration(migrations.Migration):
    """Further names, duplicates and screening of parties."""

    dependencies = [
        ("custody", "0024_business_and_conditions"),
    ]

    operations = [
        migrations.RunPython(name_numbers, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="PartyName",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=300)),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="Language and script, BCP 47, such as zh-Hans or ru-Latn.",
                        max_length=35,
                    ),
                ),
                ("starts", models.DateField(blank=True, null=True)),
                ("ends", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["party", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("source", models.CharField(max_length=60)),
                ("screened_on", models.DateField()),
                ("found", models.PositiveIntegerField(help_text="Hits in that list, judged ones too.")),
                ("screened_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["party", "source"],
            },
        ),
        migrations.CreateModel(
            name="ScreeningHit",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("source", models.CharField(max_length=60)),
                (
                    "key",
                    models.CharField(
                        help_text="SHA-256 of what the list says of the line's names.", max_length=64
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                (
                    "by",
                    models.CharField(
                        help_text="A scheme, or which name of the party was alike.", max_length=40
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("state", models.CharField(default="open", max_length=32)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("judged_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["state", "-score", "party"],
            },
        ),
        migrations.AddField(
            model_name="barredentry",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=600), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="barredentry",
            name="identifiers",
            field=models.JSONField(
                blank=True, default=dict, help_text="Scheme to number, beside UEI, DUNS and CAGE."
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                help_text="The party that this one turned out to be; it is closed, and its history stays.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="custody.party",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="no_party_merges_itself",
            ),
        ),
        migrations.AddField(
            model_name="partyname",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="names", to="custody.party"
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="barred_list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.barredlist"
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="screenings", to="custody.party"
            ),
        ),
        migrations.AddField(
            model_name="screeninghit",
            name="barred_list",
            field=models.ForeignKey(
                help_text="The last list that had it.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.barredlist",
            ),
        ),
        migrations.AddField(
            model_name="screeninghit",
            name="judged_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.person",
            ),
        ),
        migrations.AddField(
            model_name="screeninghit",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hits", to="custody.party"
            ),
        ),
        migrations.AddConstraint(
            model_name="partyname",
            constraint=models.UniqueConstraint(fields=("party", "kind", "name"), name="party_name_once"),
        ),
        migrations.AddConstraint(
            model_name="partyname",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts", None), ("ends", None), ("ends__gte", models.F("starts")), _connector="OR"
                ),
                name="party_name_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.UniqueConstraint(fields=("party", "source"), name="screened_once_by_source"),
        ),
        migrations.AddConstraint(
            model_name="screeninghit",
            constraint=models.UniqueConstraint(fields=("party", "source", "key"), name="hit_once"),
        ),
        migrations.AddConstraint(
            model_name="screeninghit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"),
                    models.Q(("judged_by__isnull", False), ("judged_on__isnull", False)),
                    _connector="OR",
                ),
                name="judged_hit_names_its_judge",
            ),
        ),
    ]
