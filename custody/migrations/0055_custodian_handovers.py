import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0054_printed_registers"),
    ]

    operations = [
        migrations.AddField(
            model_name="stocktake",
            name="keeper",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose copies alone are counted, for a handover; null: all that the party holds.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.person",
            ),
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField()),
                (
                    "due",
                    models.DateField(help_text="By when what stays with who hands over is to be settled."),
                ),
                ("opened_on", models.DateField()),
                ("state", models.CharField(default="counting", max_length=32)),
                (
                    "statement_sha256",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Of the text that is signed, once somebody has.",
                        max_length=64,
                    ),
                ),
                ("completed_on", models.DateField(blank=True, null=True)),
                (
                    "passed",
                    models.PositiveIntegerField(
                        blank=True, help_text="Copies whose custody passed.", null=True
                    ),
                ),
                (
                    "stayed",
                    models.PositiveIntegerField(blank=True, help_text="Copies that stayed.", null=True),
                ),
                ("abandoned_because", models.TextField(blank=True, default="")),
                (
                    "incoming",
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
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="custody.party",
                    ),
                ),
                (
                    "stocktake",
                    models.OneToOneField(
                        help_text="The joint count.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover",
                        to="custody.stocktake",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="HandoverLine",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("code", models.CharField(max_length=20)),
                (
                    "stays",
                    models.CharField(
                        blank=True, help_text="Why it stayed; null: it passed.", max_length=32, null=True
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover_lines",
                        to="custody.copy",
                    ),
                ),
                (
                    "handoff",
                    models.ForeignKey(
                        blank=True,
                        help_text="By which custody passed; null: it stayed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover_lines",
                        to="custody.handoff",
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="custody.handover",
                    ),
                ),
                (
                    "refusal",
                    models.ForeignKey(
                        blank=True,
                        help_text="The refused attempt, where a rule bars it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.refusal",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HandoverSignature",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("signs_as", models.CharField(max_length=32)),
                ("signed_on", models.DateField()),
                ("statement_sha256", models.CharField(max_length=64)),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="custody.handover",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["counting", "signing"])),
                fields=("party", "outgoing"),
                name="one_handover_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outgoing", models.F("incoming")), _negated=True),
                    models.Q(("outgoing", models.F("supervisor")), _negated=True),
                    models.Q(("incoming", models.F("supervisor")), _negated=True),
                ),
                name="three_people_of_a_handover",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoverline",
            constraint=models.UniqueConstraint(fields=("handover", "copy"), name="handover_copy_once"),
        ),
        migrations.AddConstraint(
            model_name="handoverline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handoff__isnull", False), ("stays__isnull", True)),
                    models.Q(("handoff__isnull", True), ("stays__isnull", False)),
                    _connector="OR",
                ),
                name="a_copy_passes_or_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoversignature",
            constraint=models.UniqueConstraint(
                fields=("handover", "signs_as"), name="each_signs_a_handover_once"
            ),
        ),
    ]
