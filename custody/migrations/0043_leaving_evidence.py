from django.db import migrations, models


class Migration(migrations.Migration):
    """What shows that somebody leaves."""

    dependencies = [
        ("custody", "0038_discrepancies"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="leaving_evidence",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
