import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("leaf", models.BinaryField()),
                ("leaf_hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("note", models.TextField(help_text="C2SP signed note, exactly as published")),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0)), name="ledger_checkpoint_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogIndex",
            fields=[
                ("idx", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_index",
                        to="ledger.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("origin", models.TextField(help_text="the log's name, set once", null=True)),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField()),
                (
                    "edge",
                    models.BinaryField(
                        help_text="subtree roots of the right edge, largest first, 32 bytes each"
                    ),
                ),
                (
                    "epoch",
                    models.BigIntegerField(default=0, help_text="rises with each sealer that takes over"),
                ),
                (
                    "frozen",
                    models.TextField(help_text="why the sealer stopped; null while it works", null=True),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_logstate_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("epoch__gte", 0), ("size__gte", 0)),
                        name="ledger_logstate_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("position", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pending", to="ledger.entry"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True)),
                ("next_seq", models.BigIntegerField()),
                ("head", models.BinaryField(help_text="leaf hash of the newest entry", null=True)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("head__isnull", True), ("last_at__isnull", True), ("next_seq", 0)),
                            models.Q(
                                ("head__isnull", False), ("last_at__isnull", False), ("next_seq__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="ledger_stream_head_goes_with_seq",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="stream",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ledger.stream",
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "entry_id", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("digest", models.TextField(help_text="base64url SHA-256 of the text, as it stands in _sd")),
                (
                    "text",
                    models.TextField(
                        help_text="base64url of the JSON array of salt, name and value", null=True
                    ),
                ),
                ("personal", models.BooleanField()),
                ("erased_by", models.UUIDField(help_text="the entry that records the erasure", null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_by__isnull", True), ("text__isnull", False)),
                            models.Q(
                                ("erased_by__isnull", False), ("personal", True), ("text__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="ledger_disclosure_erased_says_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="ledger_disclosure_has_a_name"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("stream", "seq"), name="ledger_entry_stream_seq"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 0)), name="ledger_entry_seq_not_negative"
            ),
        ),
    ]
