import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who may learn an item, down to persons."""

    dependencies = [
        ("custody", "0018_people_as_they_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="NeedToKnow",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("since", models.DateField()),
                (
                    "basis",
                    models.CharField(help_text="The written decision, such as its number.", max_length=300),
                ),
                ("ended_on", models.DateField(blank=True, help_text="Null: it stands.", null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="custody.item"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="custody.person"
                    ),
                ),
            ],
            options={
                "ordering": ["item", "person__name", "person__staff_number", "since"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("item", "person"),
                        name="on_the_list_once",
                    )
                ],
            },
        ),
    ]
