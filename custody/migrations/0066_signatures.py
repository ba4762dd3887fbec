import django.db.models.deletion
from django.db import migrations, models

_OF_VOTES = """
INSERT INTO custody_signature
  (id, entry, created_at, type, object, decision_entry, person_id, key_id, statement_sha256)
SELECT id, entry, created_at, 'approval', approval_id, entry, person_id, key_id, statement_sha256
  FROM custody_vote WHERE key_id IS NOT NULL
"""


class Migration(migrations.Migration):
    """What was signed stands in one table, whatever it is; votes that were signed before are entered in it."""

    dependencies = [
        ("custody", "0065_access_taken_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.UUIDField(help_text="Id of the ledger entry that last set this row.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("type", models.CharField(max_length=32)),
                ("object", models.UUIDField(help_text="Id of what is decided on.")),
                (
                    "decision_entry",
                    models.UUIDField(help_text="Ledger entry of the decision that is signed.", unique=True),
                ),
                ("statement_sha256", models.CharField(max_length=64, unique=True)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="custody.signingkey",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="custody.person"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.RunSQL(_OF_VOTES, migrations.RunSQL.noop),
    ]
