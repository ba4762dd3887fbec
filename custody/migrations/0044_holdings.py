import django.db.models.deletion
from django.db import migrations, models


def from_the_ledger(apps, schema_editor):
    """Who had the copies of before, as the entries tell it."""
    alias = schema_editor.connection.alias
    if not apps.get_model("custody", "Copy").objects.using(alias).exists():
        return
    from custody import record
    from custody.apply import rebuild

    holdings = apps.get_model("custody", "Holding").objects.using(alias)
    state = rebuild(record.history(using=alias))
    told = next((rows for model, rows in state.rows.items() if model.__name__ == "Holding"), {})
    born = {id: at for (model, id), at in state.born.items() if model.__name__ == "Holding"}
    made = [holdings.model(id=id, **{**row, "how": str(row["how"])}) for id, row in told.items()]
    holdings.bulk_create(made, batch_size=1000)
    for row in made:  # the moment of saving is set by itself
        row.created_at = born[str(row.id)]
    holdings.bulk_update(made, ["created_at"], batch_size=1000)


def _to(table, **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to=f"custody.{table}", **more
    )


class Migration(migrations.Migration):
    """Who had which copy from when."""

    dependencies = [
        ("custody", "0043_leaving_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("how", models.CharField(max_length=32)),
                ("copy", _to("copy")),
                ("party", _to("party")),
                ("person", _to("person", null=True, blank=True)),
                ("project", _to("project")),
                ("system", _to("system", null=True, blank=True)),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(fields=["copy", "created_at"], name="holdings_of_a_copy"),
                    models.Index(fields=["project", "created_at"], name="holdings_of_a_project"),
                ],
            },
        ),
        migrations.RunPython(from_the_ledger, migrations.RunPython.noop),
    ]
