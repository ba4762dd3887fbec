from django.db import migrations, models


class Migration(migrations.Migration):
    """Copies whose custody a restore left in doubt."""

    dependencies = [("custody", "0010_answers")]
    operations = [
        migrations.AddField(
            model_name="copy",
            name="unconfirmed",
            field=models.UUIDField(
                blank=True,
                null=True,
                help_text="Entry since which the record may not be the truth; null once the copy was counted.",
            ),
        ),
        migrations.AlterField(
            model_name="copy",
            name="tag_key",
            field=models.BinaryField(
                help_text="K_copy: 32 bytes; its SHA-256 is committed when the copy is minted, unless it was "
                "lost."
            ),
        ),
    ]
