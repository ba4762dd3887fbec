import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0042_incidents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stocktake",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("second_as", models.CharField(max_length=32)),
                ("opened_on", models.DateField()),
                ("state", models.CharField(default="counting", max_length=32)),
                ("expected", models.PositiveIntegerField(help_text="Copies on the list as it was frozen.")),
                (
                    "list_sha256",
                    models.CharField(help_text="Of the list: RFC 8785 text of its codes.", max_length=64),
                ),
                (
                    "ledger_size",
                    models.BigIntegerField(help_text="Of the sealed ledger when the list was frozen."),
                ),
                (
                    "head",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Newest position of its stream then, seq:leaf hash.",
                        max_length=100,
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "counts",
                    models.JSONField(
                        blank=True, help_text="Of the result: how many were found how.", null=True
                    ),
                ),
                (
                    "lines_sha256",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Of the result: RFC 8785 text of codes and findings.",
                        max_length=64,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", help_text="Why it was called off.")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stocktakes",
                        to="custody.party",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stocktakes",
                        to="custody.project",
                        help_text="Null: copies of all projects.",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.system",
                        help_text="Null: wherever they are.",
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "closed_by",
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
                "ordering": ["-created_at", "id"],
                "indexes": [models.Index(fields=["party", "closed_on"], name="stocktakes_by_party")],
            },
        ),
        migrations.CreateModel(
            name="StocktakeLine",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("code", models.CharField(max_length=40)),
                ("expected", models.BooleanField()),
                ("found", models.CharField(default="not_seen", max_length=32)),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="In which count it was seen.", null=True
                    ),
                ),
                (
                    "difference",
                    models.CharField(
                        blank=True, help_text="Null: it is none, or not yet.", max_length=32, null=True
                    ),
                ),
                (
                    "resolution",
                    models.TextField(blank=True, default="", help_text="What was found out, in words."),
                ),
                (
                    "stocktake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="custody.stocktake",
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stocktake_lines",
                        to="custody.copy",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.system",
                        help_text="Where it was seen, if that was said.",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.person",
                    ),
                ),
                (
                    "settled_by",
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
                "ordering": ["code"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("difference__in", ["open", "incident", "destroyed"]), ("found", "missing")
                        ),
                        fields=["copy"],
                        name="copies_missing",
                    ),
                    models.Index(
                        condition=models.Q(("difference", "open")),
                        fields=["stocktake"],
                        name="differences_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("stocktake", "code"), name="stocktake_code_once")
                ],
            },
        ),
    ]
