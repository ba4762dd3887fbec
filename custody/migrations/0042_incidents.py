"""Incidents, and what they hold."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0040_destruction"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.CharField(max_length=60, unique=True)),
                ("serial", models.PositiveIntegerField(help_text="Within the project.")),
                ("what", models.TextField(help_text="What happened.")),
                (
                    "noticed_at",
                    models.DateTimeField(help_text="When it was noticed, as the reporter claims."),
                ),
                (
                    "copies",
                    models.JSONField(
                        blank=True, default=list, help_text="Ids as text; empty: not known which."
                    ),
                ),
                (
                    "hours",
                    models.PositiveIntegerField(
                        blank=True, help_text="Null: the regime sets no clock.", null=True
                    ),
                ),
                (
                    "pack_sha256",
                    models.CharField(help_text="Of the rule pack that set the clock.", max_length=64),
                ),
                ("state", models.CharField(default="reported", max_length=32)),
                ("report_entry", models.UUIDField(help_text="Its time is when the clock starts.")),
                (
                    "stop_entry",
                    models.UUIDField(blank=True, help_text="Its time is when the clock stops.", null=True),
                ),
                (
                    "notify_by",
                    models.DateTimeField(blank=True, help_text="While the clock runs.", null=True),
                ),
                (
                    "authority",
                    models.CharField(blank=True, default="", help_text="The first notified.", max_length=200),
                ),
                (
                    "reference",
                    models.CharField(blank=True, default="", help_text="Number given by it.", max_length=100),
                ),
                ("notified_at", models.DateTimeField(blank=True, help_text="When, as claimed.", null=True)),
                ("findings", models.TextField(blank=True, default="")),
                ("sanctions", models.TextField(blank=True, default="")),
                (
                    "dismissal",
                    models.TextField(blank=True, default="", help_text="Why it was a false alarm."),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.party",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.person",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="custody.project",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "reported_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.party"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("notify_by__isnull", False)),
                        fields=["notify_by"],
                        name="incidents_to_notify",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "serial"), name="incident_once_in_its_project")
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentHold",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField()),
                ("release_reason", models.TextField(blank=True, default="")),
                ("release_entry", models.UUIDField(blank=True, help_text="Null: it holds.", null=True)),
                (
                    "copy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="custody.copy",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="custody.incident",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.party",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.project"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.person",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("release_entry__isnull", True)),
                        fields=["copy"],
                        name="copies_held_by_incident",
                    ),
                    models.Index(
                        condition=models.Q(("release_entry__isnull", True)),
                        fields=["project", "party"],
                        name="parties_held_by_incident",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("copy__isnull", False), ("party__isnull", True)),
                            models.Q(("copy__isnull", True), ("party__isnull", False)),
                            _connector="OR",
                        ),
                        name="hold_of_a_copy_or_a_party",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("copy__isnull", False), ("release_entry__isnull", True)),
                        fields=("incident", "copy"),
                        name="copy_held_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("party__isnull", False), ("release_entry__isnull", True)),
                        fields=("incident", "party"),
                        name="party_held_once",
                    ),
                ],
            },
        ),
    ]
