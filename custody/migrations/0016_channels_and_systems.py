import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0015_vote_changed"),
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
        migrations.AddField(
            model_name="system",
            name="inventory_number",
            field=models.CharField(
                blank=True,
                help_text="Or seal number; empty: it has none; null: not known.",
                max_length=100,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="system",
            name="accreditation",
            field=models.CharField(
                blank=True, default="", help_text="Number of the paper that accredits it.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="system",
            name="country",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Where it stands, ISO 3166-1 alpha-2; empty: not known.",
                max_length=2,
            ),
        ),
        migrations.AddField(
            model_name="system",
            name="provision",
            field=models.CharField(default="unknown", max_length=32),
        ),
        migrations.AddField(
            model_name="system",
            name="tested_by",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The body that tested it last, as far as recorded.",
                max_length=200,
            ),
        ),
        migrations.AddConstraint(
            model_name="system",
            constraint=models.CheckConstraint(
                condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="system_country_is_iso",
            ),
        ),
    ]
