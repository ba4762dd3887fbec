import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0014_unsettled"),
    ]

    operations = [
        migrations.AddField(
            model_name="handoff",
            name="second_carrier",
            field=models.ForeignKey(
                blank=True,
                help_text="Who accompanies the copies where two people must carry them; null: nobody was named.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.person",
            ),
        ),
    ]
