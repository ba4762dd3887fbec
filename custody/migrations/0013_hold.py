from django.db import migrations, models


class Migration(migrations.Migration):
    """Persons about whom nothing may be erased for now."""

    dependencies = [("custody", "0012_checks")]
    operations = [
        migrations.AddField(
            model_name="person",
            name="hold",
            field=models.UUIDField(
                blank=True,
                null=True,
                help_text="Entry of the legal hold that stands; null: none does.",
            ),
        ),
    ]
