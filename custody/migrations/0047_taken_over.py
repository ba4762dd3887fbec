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


def _may_be(table):
    return _to(table, null=True, blank=True)


class Migration(migrations.Migration):
    """What was taken over from an old register, and what of it breaks a rule."""

    dependencies = [
        ("custody", "0046_opening_registers"),
    ]

    operations = [
        migrations.AddField(
            model_name="openingregister",
            name="due",
            field=models.DateField(
                blank=True, help_text="By which its findings are to be settled.", null=True
            ),
        ),
        migrations.AddField(
            model_name="openingregister",
            name="entered",
            field=models.PositiveIntegerField(blank=True, help_text="Lines that were taken over.", null=True),
        ),
        migrations.AddField(
            model_name="openingregister",
            name="left_out",
            field=models.PositiveIntegerField(blank=True, help_text="Lines that were not.", null=True),
        ),
        migrations.CreateModel(
            name="TakenOver",
            fields=[
                *_row(),
                ("number", models.CharField(help_text="In the old register.", max_length=100)),
                ("page", models.CharField(blank=True, max_length=40)),
                ("line", models.CharField(max_length=20)),
                ("since", models.DateField(blank=True, help_text="Day that stands there.", null=True)),
                (
                    "copy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_over",
                        to="custody.copy",
                    ),
                ),
                ("register", _to("openingregister", "taken")),
            ],
            options={
                "ordering": ["register", "id"],
                "indexes": [models.Index(fields=["number"], name="taken_over_by_number")],
            },
        ),
        migrations.CreateModel(
            name="OpeningFinding",
            fields=[
                *_row(),
                ("code", models.CharField(help_text="Of the rule.", max_length=20)),
                ("version", models.PositiveSmallIntegerField(help_text="Of the rule.")),
                ("outcome", models.CharField(max_length=32)),
                (
                    "finding",
                    models.JSONField(help_text="What the rule said: ids, codes and days, never names."),
                ),
                ("copies", models.PositiveIntegerField(help_text="How many copies it concerns.")),
                ("due", models.DateField(help_text="By which it is to be settled.")),
                ("state", models.CharField(default="open", max_length=32)),
                (
                    "resolution",
                    models.TextField(blank=True, default="", help_text="What was done, in words."),
                ),
                ("item", _may_be("item")),
                ("party", _may_be("party")),
                ("person", _may_be("person")),
                ("system", _may_be("system")),
                ("owner", _to("person", null=True, blank=True, help_text="Who sees to it.")),
                ("settled_by", _may_be("person")),
                ("register", _to("openingregister", "findings")),
            ],
            options={
                "ordering": ["due", "code", "id"],
                "indexes": [models.Index(fields=["register", "state"], name="opening_findings_by_state")],
            },
        ),
    ]
