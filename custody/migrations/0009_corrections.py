import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mistakes can be put right: what was corrected, what was answered, and where copies came from."""

    dependencies = [("custody", "0008_kept")]
    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("noun", models.CharField(max_length=32)),
                ("object", models.UUIDField()),
                ("changes", models.JSONField()),
                ("reason", models.TextField()),
                (
                    "corrects",
                    models.UUIDField(help_text="Id of the entry that last set the row before."),
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
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [models.Index(fields=["noun", "object"], name="corrections_by_object")],
            },
        ),
        migrations.AddField(
            model_name="handoff",
            name="answer_entry",
            field=models.UUIDField(
                blank=True, help_text="Entry of the answer; stays when the answer is disputed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="handoffcopy",
            name="from_system",
            field=models.ForeignKey(
                blank=True,
                help_text="Where the copy stood when it was offered, so that it can be put back there.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.system",
            ),
        ),
        migrations.AlterField(
            model_name="copy",
            name="offered_in",
            field=models.ForeignKey(
                blank=True,
                help_text="The handoff in which the copy is offered or its receipt is disputed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offered_copies",
                to="custody.handoff",
            ),
        ),
        migrations.RemoveConstraint(model_name="copy", name="an_offered_copy_names_its_handoff"),
        migrations.AddConstraint(
            model_name="copy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_in__isnull", False), ("state__in", ["offered", "disputed"])),
                    models.Q(("offered_in__isnull", True), ("state", "held")),
                    _connector="OR",
                ),
                name="an_offered_copy_names_its_handoff",
            ),
        ),
    ]
