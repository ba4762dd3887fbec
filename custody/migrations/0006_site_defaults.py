from django.db import migrations, models


class Migration(migrations.Migration):
    """A site keeps the time zone and the regime that it was set up with."""

    dependencies = [("custody", "0005_lists_and_keys")]
    operations = [
        migrations.AddField(
            model_name="site",
            name="time_zone",
            field=models.CharField(
                blank=True, default="", help_text="IANA name; empty: as TIME_ZONE says.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="regime",
            field=models.CharField(
                blank=True, default="", help_text="Pack that a new project is offered first.", max_length=80
            ),
        ),
    ]
