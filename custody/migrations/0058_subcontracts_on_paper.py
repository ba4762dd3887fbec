import django.db.models.deletion
from django.db import migrations, models


def _row():
    return [
        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
        ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
        ("created_at", models.DateTimeField(auto_now_add=True)),
    ]


def _to(table, related="+", **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=f"custody.{table}", **more
    )


class Migration(migrations.Migration):
    """Subcontracts that stand in old registers, and what two people saw who held them beside the paper."""

    dependencies = [
        ("custody", "0057_second_factors"),
    ]

    operations = [
        migrations.AddField("openingfinding", "hop", _to("hop", null=True, blank=True)),
        migrations.AddField("openingregister", "kind", models.CharField(default="copies", max_length=32)),
        migrations.CreateModel(
            name="HopTakenOver",
            fields=[
                *_row(),
                ("number", models.CharField(help_text="In the old register.", max_length=100)),
                ("page", models.CharField(blank=True, max_length=40)),
                ("line", models.CharField(max_length=20)),
                (
                    "approval",
                    models.CharField(
                        blank=True, help_text="Number of the approval on paper.", max_length=100
                    ),
                ),
                (
                    "approver",
                    models.CharField(
                        blank=True, help_text="Who gave it, as it stands there.", max_length=200
                    ),
                ),
                (
                    "approved_on",
                    models.DateField(blank=True, help_text="Day that stands there.", null=True),
                ),
                (
                    "scan_sha256",
                    models.CharField(blank=True, help_text="Of the scan; empty: none named.", max_length=64),
                ),
                (
                    "hop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_over",
                        to="custody.hop",
                    ),
                ),
                ("register", _to("openingregister", "taken_hops")),
            ],
            options={
                "ordering": ["register", "id"],
                "indexes": [models.Index(fields=["number"], name="hop_taken_over_by_number")],
            },
        ),
        migrations.CreateModel(
            name="LineCompared",
            fields=[
                *_row(),
                ("match", models.CharField(max_length=32)),
                ("note", models.TextField(blank=True, default="", help_text="What differs.")),
                ("person", _to("person")),
                ("taken", _to("hoptakenover", "compared")),
            ],
            options={"ordering": ["created_at", "id"]},
        ),
    ]
