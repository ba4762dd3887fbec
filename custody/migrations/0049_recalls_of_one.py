import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


def _to(table, says):
    return models.ForeignKey(
        blank=True,
        help_text=says,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=f"custody.{table}",
    )


class Migration(migrations.Migration):
    """Copies are asked back from one holder each, off a system and from a person too."""

    dependencies = [
        ("custody", "0048_receipts_on_paper"),
    ]

    operations = [
        migrations.AddField(
            model_name="recall",
            name="system",
            field=_to("system", "Off which the copies are to be taken."),
        ),
        migrations.AddField(
            model_name="recall",
            name="leaver",
            field=_to("person", "Who is to hand the copies over."),
        ),
        migrations.AlterField(
            model_name="recall",
            name="hop",
            field=models.ForeignKey(
                blank=True,
                help_text="Below which the copies lay; null: all of the project that were out, or those of "
                "a system or person.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recalls",
                to="custody.hop",
            ),
        ),
        migrations.AlterField(
            model_name="recall",
            name="holders",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                help_text="Parties that held them then; one, since each is asked by itself.",
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=django.contrib.postgres.indexes.GinIndex(fields=["holders"], name="recalls_by_holder"),
        ),
    ]
