"""Cosignatures of witnesses, which checkpoints are witnessed, and how each witness stands.

Written by the sealer's role alone. What a witness signed and what was witnessed is append-only; how a witness
stands changes.
"""

import django.db.models.deletion
from django.db import migrations, models

WALLS = """
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_cosignature
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_witnessed
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON public.ledger_witness
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.ledger_cosignature ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_witnessed ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_witness ENABLE ALWAYS TRIGGER ledger_append_only;

REVOKE ALL ON public.ledger_cosignature, public.ledger_witnessed, public.ledger_witness
  FROM PUBLIC, holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
GRANT SELECT ON public.ledger_cosignature, public.ledger_witnessed, public.ledger_witness
  TO holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
GRANT INSERT ON public.ledger_cosignature, public.ledger_witnessed TO holdfast_sealer;
GRANT INSERT, UPDATE ON public.ledger_witness TO holdfast_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Witnessed",
            fields=[
                (
                    "checkpoint",
                    models.OneToOneField(
                        db_column="size",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="witnessed",
                        serialize=False,
                        to="ledger.checkpoint",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "checkpoint_id", "vkey", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("vkey", models.TextField(help_text="the witness's key, as the policy carries it")),
                ("line", models.TextField(help_text="the signature line, with its newline")),
                ("time", models.BigIntegerField(help_text="POSIX second that the witness states")),
                ("at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_column="size",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="ledger.checkpoint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("vkey", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField(help_text="its name in the policy")),
                ("listed", models.BooleanField(help_text="whether the policy names it today")),
                (
                    "asked",
                    models.BooleanField(
                        help_text="whether it is asked over HTTP; else answers are carried by hand"
                    ),
                ),
                (
                    "size",
                    models.BigIntegerField(help_text="the size that it cosigned last, as far as we know"),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("silent_since", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.TextField(
                        help_text="what stood in the way when it was asked last; empty while it answers"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0)), name="ledger_witness_size_not_negative"
                    )
                ],
            },
        ),
        migrations.RunSQL(WALLS),
    ]
