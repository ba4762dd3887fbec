from django.db import migrations, models


class Migration(migrations.Migration):
    """From which day a published pack counts."""

    dependencies = [
        ("custody", "0016_channels_and_systems"),
    ]

    operations = [
        migrations.AddField(
            model_name="regimepack",
            name="effective",
            field=models.DateField(
                help_text="First day on which it counts, in its own time zone; null: at once.", null=True
            ),
        ),
    ]
