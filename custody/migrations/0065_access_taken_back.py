import django.db.models.deletion
from django.db import migrations, models

_VIEW = """
CREATE VIEW custody_access AS
SELECT r.id, r.person_id, r.party_id, r.role, NULL::uuid AS project_id, r.starts, r.ends, r.ended_at,
  coalesce((SELECT c.corrects FROM custody_correction c WHERE c.noun = 'membership' AND c.object = r.id
    ORDER BY c.created_at, c.id LIMIT 1), r.entry) AS given, r.entry, r.created_at
FROM custody_membership r
UNION ALL
SELECT g.id, g.person_id, NULL, NULL, g.project_id, g.starts, g.ends, g.ended_at,
  coalesce((SELECT c.corrects FROM custody_correction c WHERE c.noun = 'grant' AND c.object = g.id
    ORDER BY c.created_at, c.id LIMIT 1), g.entry) AS given, g.entry, g.created_at
FROM custody_grant g
"""


def _to(table: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=f"custody.{table}",
    )


class Migration(migrations.Migration):
    """What was given can be taken back; and a view tells roles and leave to read in one list."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("custody", "0064_slips"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="membership_once"),
        migrations.AddField(
            model_name="grant",
            name="ended_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was ended before its last day; null: it was not.", null=True
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was ended at once; null: its last day alone counts.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="closed",
            field=models.UUIDField(
                blank=True,
                help_text="Entry by which an administrator closed it; null: it is not closed.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("person", "party", "role", "starts"),
                name="membership_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed__isnull", True), ("is_active", False), _connector="OR"),
                name="nobody_comes_in_by_a_closed_sign_in",
            ),
        ),
        migrations.RunSQL(_VIEW, "DROP VIEW custody_access"),
        migrations.CreateModel(
            name="Access",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person", _to("person")),
                ("party", _to("party")),
                ("role", models.CharField(max_length=32, null=True)),
                ("project", _to("project")),
                ("starts", models.DateField()),
                ("ends", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("given", models.UUIDField()),
                ("entry", models.UUIDField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["person", "id"],
                "db_table": "custody_access",
                "managed": False,
            },
        ),
    ]
