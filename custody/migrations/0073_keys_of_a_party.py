import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A key acts for one party of its owner's."""

    dependencies = [
        ("custody", "0072_grants_of_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="party",
            field=models.ForeignKey(
                blank=True,
                help_text="For whom alone it acts and reads; null: made before keys were bound, it acts for all.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.party",
            ),
        ),
    ]
