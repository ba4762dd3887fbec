import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_VIEW = """
CREATE VIEW custody_withoutpaper AS
WITH site AS (
  SELECT coalesce((SELECT nullif(time_zone, '') FROM custody_site LIMIT 1), 'UTC') AS zone
), taken AS (
  SELECT h.id, h.project_id, h.receiver_party_id AS party_id, h.hop_id, h.answered_at AS at, h.answer_entry,
    (h.answered_at AT TIME ZONE site.zone)::date AS day, p.qualification_type, o.path
  FROM custody_handoff h CROSS JOIN site
    JOIN custody_project p ON p.id = h.project_id
    LEFT JOIN custody_hop o ON o.id = h.hop_id AND o.to_party_id = h.receiver_party_id
  WHERE h.state IN ('accepted', 'accepted_in_part', 'mistaken') AND h.leg IS DISTINCT FROM 'return'
    AND h.sender_party_id <> h.receiver_party_id
)
SELECT md5(concat_ws(':', 'override', t.id, f ->> 'code'))::uuid AS id, t.id AS handoff_id, t.project_id,
  t.party_id, t.hop_id, NULL::uuid AS register_id, t.at, t.at AS known_at, 'override' AS weakness,
  f ->> 'code' AS code, f AS finding, (f -> 'overridden' ->> 'entry')::uuid AS entry,
  ARRAY(
    SELECT v.person_id FROM custody_overridevote v
    WHERE v.override_id = (f -> 'overridden' ->> 'override')::uuid AND v.choice <> 'deny'
    ORDER BY v.id) AS decided_by,
  NULL::date AS void_from
FROM taken t
  JOIN custody_decision d ON d.entry = t.answer_entry AND d.findings @> '[{"outcome": "overridden"}]'
  CROSS JOIN LATERAL jsonb_array_elements(d.findings) f
WHERE f ->> 'outcome' = 'overridden'
UNION ALL
SELECT md5(concat_ws(':', 'against', t.id, v.id, code))::uuid, t.id, t.project_id, t.party_id, t.hop_id, NULL,
  t.at, t.at, 'against_advice', code, (
    SELECT f FROM custody_decision d CROSS JOIN LATERAL jsonb_array_elements(d.findings) f
    WHERE d.entry = v.entry AND f ->> 'code' = code LIMIT 1),
  v.entry, ARRAY[v.person_id], NULL
FROM taken t
  JOIN custody_hop up ON up.project_id = t.project_id AND starts_with(t.path, up.path)
  JOIN custody_approval a ON a.hop_id = up.id AND a.decided_at <= t.at
    AND a.state NOT IN ('denied', 'withdrawn')
  JOIN custody_vote v ON v.approval_id = a.id AND v.choice = 'approve_against_advice'
    AND v.created_at <= t.at
  CROSS JOIN LATERAL unnest(v.against) code
WHERE NOT EXISTS (
  SELECT FROM custody_approval b
  WHERE b.hop_id = a.hop_id AND b.decided_at > a.decided_at AND b.decided_at <= t.at
    AND b.state NOT IN ('denied', 'withdrawn'))
UNION ALL
SELECT f.id, NULL, r.project_id, f.party_id, NULL, r.id, f.created_at, f.created_at, 'register', f.code,
  f.finding, f.entry, ARRAY[r.opened_by_id], NULL
FROM custody_openingfinding f JOIN custody_openingregister r ON r.id = f.register_id
WHERE f.party_id IS NOT NULL
UNION ALL
SELECT md5(concat_ws(':', 'certificate', t.id, c.id))::uuid, t.id, t.project_id, t.party_id, t.hop_id, NULL,
  t.at, c.created_at,
  CASE WHEN c.changes ? 'void_from' THEN 'certificate_void' ELSE 'verification' END, 'QUA-01', (
    SELECT f FROM custody_decision d CROSS JOIN LATERAL jsonb_array_elements(d.findings) f
    WHERE d.entry = t.answer_entry AND f ->> 'code' = 'QUA-01' LIMIT 1),
  c.entry, CASE WHEN c.person_id IS NULL THEN ARRAY[]::uuid[] ELSE ARRAY[c.person_id] END,
  (c.changes -> 'void_from' ->> 1)::date
FROM taken t
  JOIN custody_qualification q ON q.party_id = t.party_id AND q.created_at <= t.at
    AND (coalesce(t.qualification_type, '') IN ('', q.type))
  JOIN custody_correction c ON c.noun = 'qualification' AND c.object = q.id AND c.created_at > t.at
WHERE t.path IS NOT NULL AND CASE
    WHEN c.changes ? 'void_from' THEN (c.changes -> 'void_from' ->> 1)::date <= t.day
    ELSE c.changes @> '{"state": ["verified", "submitted"]}' AND (
      c.changes ?| ARRAY['grade', 'type', 'categories']
      OR (c.changes -> 'valid_from' ->> 1)::date > t.day OR (c.changes -> 'valid_to' ->> 1)::date < t.day) END
  AND NOT EXISTS (
    SELECT FROM custody_qualification o
    WHERE o.party_id = q.party_id AND o.type = q.type AND o.id <> q.id AND o.state = 'verified'
      AND o.void_from IS NULL AND t.day BETWEEN o.valid_from AND o.valid_to AND o.verified_on <= t.day)
UNION ALL
SELECT md5(concat_ws(':', 'approval', t.id, c.id))::uuid, t.id, t.project_id, t.party_id, t.hop_id, NULL,
  t.at, c.created_at, 'approval_void', 'APR-01', (
    SELECT f FROM custody_decision d CROSS JOIN LATERAL jsonb_array_elements(d.findings) f
    WHERE d.entry = t.answer_entry AND f ->> 'code' = 'APR-01' LIMIT 1),
  c.entry, CASE WHEN c.person_id IS NULL THEN ARRAY[]::uuid[] ELSE ARRAY[c.person_id] END, a.void_from
FROM taken t
  JOIN custody_hop up ON up.project_id = t.project_id AND starts_with(t.path, up.path)
  JOIN custody_approval a ON a.hop_id = up.id AND a.decided_at <= t.at AND a.void_from <= t.day
  JOIN custody_correction c ON c.noun = 'approval' AND c.object = a.id AND c.changes ? 'void_from'
    AND c.created_at > t.at
"""
_VOID = models.DateField(
    blank=True, help_text="Day from which, as it turned out, it did not count; set by revoking.", null=True
)


def _to(table, **more):
    return models.ForeignKey(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=f"custody.{table}",
        **more,
    )


class Migration(migrations.Migration):
    """A paper can turn out void from a day on; and a view tells what was received without valid paper."""

    dependencies = [
        ("custody", "0049_recalls_of_one"),
    ]

    operations = [
        migrations.AddField(model_name="qualification", name="void_from", field=_VOID),
        migrations.AddField(model_name="approval", name="void_from", field=_VOID),
        migrations.AddIndex(
            model_name="decision", index=models.Index(fields=["entry"], name="decisions_by_entry")
        ),
        migrations.RunSQL(_VIEW, "DROP VIEW custody_withoutpaper"),
        migrations.CreateModel(
            name="WithoutPaper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("handoff", _to("handoff")),
                ("project", _to("project")),
                ("party", _to("party")),
                ("hop", _to("hop")),
                ("register", _to("openingregister")),
                ("at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("weakness", models.CharField(max_length=32)),
                ("code", models.CharField(max_length=20)),
                ("finding", models.JSONField(null=True)),
                ("entry", models.UUIDField()),
                (
                    "decided_by",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("void_from", models.DateField(null=True)),
            ],
            options={
                "ordering": ["-at", "id"],
                "db_table": "custody_withoutpaper",
                "managed": False,
            },
        ),
    ]
