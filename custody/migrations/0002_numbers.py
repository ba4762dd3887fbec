"""Where the numbers of copies and handoffs come from. A rolled-back act leaves a gap, never a double."""

from django.db import migrations

_MAKE = "CREATE SEQUENCE IF NOT EXISTS {0} AS bigint START 1"
_DROP = "DROP SEQUENCE IF EXISTS {0}"


class Migration(migrations.Migration):
    """Two sequences; the right to use them is laid by ``custody.walls``."""

    dependencies = [("custody", "0001_graph")]
    operations = [
        migrations.RunSQL(_MAKE.format(name), _DROP.format(name))
        for name in ("custody_copy_code", "custody_handoff_number")
    ]
