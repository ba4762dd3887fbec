import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Conditions of approvals, and officers' votes in other hands."""

    dependencies = [("custody", "0022_suspended_approvals")]
    operations = [
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveSmallIntegerField(help_text="Within its approval, from 1.")),
                ("type", models.CharField(max_length=32)),
                ("text", models.TextField()),
                (
                    "due",
                    models.DateField(blank=True, help_text="Last day on which it is met in time.", null=True),
                ),
                ("set_on", models.DateField()),
                ("state", models.CharField(default="open", max_length=32)),
                ("evidence", models.TextField(blank=True, help_text="What shows that it is met, in words.")),
                (
                    "paper",
                    models.CharField(
                        blank=True, help_text="Number of the paper that shows it.", max_length=200
                    ),
                ),
                (
                    "sha256",
                    models.CharField(blank=True, help_text="Of that paper as a file.", max_length=64),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it was waived, or what was shown not accepted."
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="custody.approval",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
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
                (
                    "shown_by",
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
                "ordering": ["approval", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("approval", "number"), name="condition_once"),
                    models.CheckConstraint(
                        condition=models.Q(("type", "precondition"), ("due__isnull", False), _connector="OR"),
                        name="running_condition_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256", ""), ("sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"
                        ),
                        name="condition_hash_shape",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "level",
                    models.CharField(
                        help_text="Highest level on which the delegate may vote.", max_length=40
                    ),
                ),
                ("starts", models.DateField()),
                ("ends", models.DateField()),
                ("state", models.CharField(max_length=32)),
                ("reason", models.TextField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.person",
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="custody.person",
                    ),
                ),
                (
                    "delegator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated",
                        to="custody.person",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.party"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.project",
                        help_text="Null: all projects on which the officer may decide.",
                    ),
                ),
                (
                    "proposed_by",
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
                "ordering": ["-starts", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("delegate", models.F("delegator")), _negated=True),
                        name="no_delegation_to_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))),
                        name="delegation_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="vote",
            name="delegation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="votes",
                to="custody.delegation",
                help_text="By which it was cast in an officer's place; null: in the person's own right.",
            ),
        ),
    ]
