from django.db import migrations

# Until now the newest entry of an answered handoff was its answer's, and a copy stands where it stood while
# it is offered. Where a copy stood before an older handoff is not known.
_ANSWERS = "UPDATE custody_handoff SET answer_entry = entry WHERE state <> 'offered'"
_SYSTEMS = """
UPDATE custody_handoffcopy line SET from_system_id = copy.system_id
FROM custody_copy copy WHERE copy.id = line.copy_id AND copy.offered_in_id = line.handoff_id
"""


class Migration(migrations.Migration):
    """Handoffs that stand already: which entry answered them, and where copies on offer came from."""

    dependencies = [("custody", "0009_corrections")]
    operations = [
        migrations.RunSQL(_ANSWERS, migrations.RunSQL.noop, elidable=True),
        migrations.RunSQL(_SYSTEMS, migrations.RunSQL.noop, elidable=True),
    ]
