from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import custody.whole

_LAST = import_module("custody.migrations.0052_on_paper_without_leave")
_VIEW = _LAST._OPEN + _LAST._PAPER


class Migration(migrations.Migration):
    """The tables as the single steps up to 0056 leave them; a site that stands already walks those."""

    replaces = [
        ("custody", "0001_graph"),
        ("custody", "0002_numbers"),
        ("custody", "0003_submissions"),
        ("custody", "0004_handoff_order"),
        ("custody", "0005_lists_and_keys"),
        ("custody", "0006_site_defaults"),
        ("custody", "0007_notices"),
        ("custody", "0008_kept"),
        ("custody", "0009_corrections"),
        ("custody", "0010_answers"),
        ("custody", "0011_unconfirmed"),
        ("custody", "0012_checks"),
        ("custody", "0013_hold"),
        ("custody", "0014_unsettled"),
        ("custody", "0015_vote_changed"),
        ("custody", "0016_channels_and_systems"),
        ("custody", "0017_pack_effective"),
        ("custody", "0020_papers"),
        ("custody", "0022_suspended_approvals"),
        ("custody", "0023_conditions_and_delegations"),
        ("custody", "0024_business_and_conditions"),
        ("custody", "0028_parties_and_screening"),
        ("custody", "0018_people_as_they_are"),
        ("custody", "0019_need_to_know"),
        ("custody", "0026_item_classification"),
        ("custody", "0029_hops_at_the_root"),
        ("custody", "0030_votes_and_advice"),
        ("custody", "0037_legs_of_handoffs"),
        ("custody", "0032_hops_and_parties_in_time"),
        ("custody", "0034_recheck"),
        ("custody", "0031_overrides_and_limits"),
        ("custody", "0035_evidence_files"),
        ("custody", "0039_field_collection"),
        ("custody", "0033_visits"),
        ("custody", "0038_discrepancies"),
        ("custody", "0043_leaving_evidence"),
        ("custody", "0044_holdings"),
        ("custody", "0045_sweeps"),
        ("custody", "0040_destruction"),
        ("custody", "0042_incidents"),
        ("custody", "0041_stocktakes"),
        ("custody", "0046_opening_registers"),
        ("custody", "0047_taken_over"),
        ("custody", "0048_receipts_on_paper"),
        ("custody", "0049_recalls_of_one"),
        ("custody", "0050_without_paper"),
        ("custody", "0051_copy_permits"),
        ("custody", "0052_on_paper_without_leave"),
        ("custody", "0053_item_areas"),
        ("custody", "0054_printed_registers"),
        ("custody", "0055_custodian_handovers"),
        ("custody", "0056_receipts_before_a_witness"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        custody.whole.CreateModels(
            models=[
                migrations.CreateModel(
                    name="BarredList",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(max_length=60)),
                        ("file_name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("rows", models.PositiveIntegerField()),
                        ("rejected", models.PositiveIntegerField()),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Handoff",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.CharField(max_length=20, unique=True)),
                        ("purpose", models.CharField(max_length=300)),
                        ("channel", models.CharField(max_length=32)),
                        ("due_back", models.DateField(blank=True, null=True)),
                        ("state", models.CharField(default="offered", max_length=32)),
                        ("offered_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("answer", models.TextField(blank=True)),
                        ("offer_entry", models.UUIDField()),
                        (
                            "submission",
                            models.UUIDField(
                                help_text="Token of the form: sent twice, it has one effect.", unique=True
                            ),
                        ),
                        (
                            "copies",
                            models.ManyToManyField(
                                related_name="handoffs", through="custody.HandoffCopy", to="custody.copy"
                            ),
                        ),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: within one party, or to somebody who reads at the party's own place.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "receiver_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs_received",
                                to="custody.party",
                            ),
                        ),
                        (
                            "sender_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs_sent",
                                to="custody.party",
                            ),
                        ),
                        (
                            "receiver_person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs_received",
                                to="custody.person",
                            ),
                        ),
                        (
                            "sender_person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs",
                                to="custody.project",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs",
                                to="custody.system",
                            ),
                        ),
                        (
                            "answer_entry",
                            models.UUIDField(
                                blank=True,
                                help_text="Entry of the answer; stays when the answer is disputed.",
                                null=True,
                            ),
                        ),
                        (
                            "second_carrier",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who accompanies the copies where two people must carry them; null: nobody was named.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "leg",
                            models.CharField(
                                blank=True,
                                help_text="Null: offered before legs were stated; it goes down its hop.",
                                max_length=32,
                                null=True,
                            ),
                        ),
                        (
                            "statement",
                            models.TextField(
                                blank=True,
                                default="",
                                help_text="What the sender of a return states, e.g. of data left on systems.",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-offered_at"],
                        "indexes": [
                            models.Index(fields=["-offered_at"], name="handoffs_newest_first"),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", False)),
                                fields=["answered_at"],
                                name="handoffs_by_answer",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["offered", "mistaken"])),
                                fields=["state", "offered_at"],
                                name="handoffs_unsettled",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("due_back__isnull", False),
                                    ("state__in", ["accepted", "accepted_in_part"]),
                                ),
                                fields=["due_back"],
                                name="handoffs_by_return",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("codename", models.CharField(max_length=100)),
                        ("level", models.CharField(max_length=40)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("state", models.CharField(default="registered", max_length=32)),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="custody.project",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Document or list item that classifies it.",
                                max_length=300,
                            ),
                        ),
                        (
                            "basis_kind",
                            models.CharField(
                                blank=True, help_text="Null: not known.", max_length=32, null=True
                            ),
                        ),
                        ("certificate_authority", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "certificate_number",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Of the certificate by which it was processed.",
                                max_length=100,
                            ),
                        ),
                        ("certificate_on", models.DateField(blank=True, null=True)),
                        (
                            "classified_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: not known.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items_classified",
                                to="custody.party",
                            ),
                        ),
                        (
                            "issued_on",
                            models.DateField(blank=True, help_text="From which its period runs.", null=True),
                        ),
                        (
                            "marking",
                            models.CharField(
                                blank=True, help_text="Null: not known.", max_length=32, null=True
                            ),
                        ),
                        ("marking_how", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "release_condition",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="What ends its classification, if no day does.",
                                max_length=300,
                            ),
                        ),
                        ("review_outcome", models.CharField(blank=True, max_length=32, null=True)),
                        (
                            "reviewed_on",
                            models.DateField(
                                blank=True, help_text="When its level was reviewed last.", null=True
                            ),
                        ),
                        (
                            "sources",
                            models.JSONField(
                                blank=True,
                                help_text="Ids of the items of its project that it was made from; empty: from none; null: not known.",
                                null=True,
                            ),
                        ),
                        (
                            "until",
                            models.DateField(blank=True, help_text="Last day of its period.", null=True),
                        ),
                        (
                            "area_km2",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="Of the ground that it shows, in square kilometres; null: not recorded.",
                                max_digits=14,
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["codename"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "codename"), name="codename_once_per_project"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sha256", ""), ("sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"
                                ),
                                name="item_hash_shape",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until__isnull", True),
                                    ("issued_on__isnull", True),
                                    ("until__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="item_period_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("area_km2__isnull", True), ("area_km2__gt", 0), _connector="OR"
                                ),
                                name="item_area_is_some",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("name", models.CharField(max_length=200)),
                        ("staff_number", models.CharField(max_length=40, unique=True)),
                        (
                            "citizenships",
                            models.JSONField(
                                blank=True,
                                help_text="ISO 3166-1 alpha-2 codes, or null: not known.",
                                null=True,
                            ),
                        ),
                        (
                            "hold",
                            models.UUIDField(
                                blank=True,
                                help_text="Entry of the legal hold that stands; null: none does.",
                                null=True,
                            ),
                        ),
                        (
                            "leaves_on",
                            models.DateField(
                                blank=True, help_text="Last day; null: no leaving is recorded.", null=True
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="For which they were vetted.",
                                max_length=100,
                            ),
                        ),
                        (
                            "trained_on",
                            models.DateField(
                                blank=True, help_text="Day of the last secrecy training.", null=True
                            ),
                        ),
                        ("training_evidence", models.CharField(blank=True, default="", max_length=200)),
                        ("undertaking_evidence", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "undertaking_on",
                            models.DateField(blank=True, help_text="Day on which they signed it.", null=True),
                        ),
                        ("vetted_from", models.DateField(blank=True, null=True)),
                        (
                            "vetted_to",
                            models.DateField(
                                blank=True, help_text="Last day on which the vetting counts.", null=True
                            ),
                        ),
                        ("vetting", models.CharField(blank=True, max_length=32, null=True)),
                        ("vetting_evidence", models.CharField(blank=True, default="", max_length=200)),
                        ("leaving_evidence", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "ordering": ["name", "staff_number"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("vetted_from__isnull", True),
                                    ("vetted_to__isnull", True),
                                    ("vetted_to__gte", models.F("vetted_from")),
                                    _connector="OR",
                                ),
                                name="vetting_dates_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegimePack",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("name", models.CharField(max_length=60)),
                        ("version", models.CharField(max_length=40)),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("body", models.TextField(help_text="RFC 8785 text of the merged pack.")),
                        (
                            "effective",
                            models.DateField(
                                help_text="First day on which it counts, in its own time zone; null: at once.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name", "created_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Copy",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.PositiveIntegerField(help_text="k of N within the item.")),
                        ("code", models.CharField(max_length=20, unique=True)),
                        ("state", models.CharField(default="held", max_length=32)),
                        (
                            "tag_key",
                            models.BinaryField(
                                help_text="K_copy: 32 bytes; its SHA-256 is committed when the copy is minted, unless it was lost."
                            ),
                        ),
                        (
                            "offered_in",
                            models.ForeignKey(
                                blank=True,
                                help_text="The handoff in which the copy is offered or its receipt is disputed.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offered_copies",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies",
                                to="custody.item",
                            ),
                        ),
                        (
                            "custodian_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies_held",
                                to="custody.party",
                            ),
                        ),
                        (
                            "custodian_person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies_held",
                                to="custody.person",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies",
                                to="custody.system",
                            ),
                        ),
                        (
                            "unconfirmed",
                            models.UUIDField(
                                blank=True,
                                help_text="Entry since which the record may not be the truth; null once the copy was counted.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "number"), name="copy_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("offered_in__isnull", False), ("state__in", ["offered", "disputed"])
                                    ),
                                    models.Q(
                                        ("offered_in__isnull", True),
                                        ("state__in", ["held", "marked_for_destruction", "destroyed"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_offered_copy_names_its_handoff",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoffCopy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "handoff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "from_system",
                            models.ForeignKey(
                                blank=True,
                                help_text="Where the copy stood when it was offered, so that it can be put back there.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("handoff", "copy"), name="copy_once_per_handoff")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hop",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("path", models.TextField()),
                        ("depth", models.PositiveIntegerField()),
                        ("scope", models.TextField()),
                        ("level", models.CharField(max_length=40)),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("starts", models.DateField()),
                        ("ends", models.DateField(blank=True, null=True)),
                        (
                            "share",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Per cent of the amount.",
                                max_digits=6,
                                null=True,
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "keeps_core",
                            models.BooleanField(help_text="The giver keeps the core of the work.", null=True),
                        ),
                        (
                            "client_consent",
                            models.BooleanField(help_text="The client consented in writing.", null=True),
                        ),
                        ("awarded_on", models.DateField(blank=True, null=True)),
                        (
                            "reported_on",
                            models.DateField(
                                blank=True,
                                help_text="When the subcontract was reported to the authority.",
                                null=True,
                            ),
                        ),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("subject_sha256", models.CharField(max_length=64)),
                        ("source_key", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "from_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hops_given",
                                to="custody.party",
                            ),
                        ),
                        (
                            "to_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hops_received",
                                to="custody.party",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hops",
                                to="custody.project",
                            ),
                        ),
                        (
                            "business",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                help_text="What of the regime's list of secret businesses the work is; empty: none; null: not known.",
                                null=True,
                                size=None,
                            ),
                        ),
                        (
                            "performer",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who performs the work: the receiving party itself, or another; null: not known.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "payer",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who pays the receiving party; null: not known.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "payer_country",
                            models.CharField(
                                blank=True,
                                help_text="From where it is paid, ISO 3166-1; null: not known.",
                                max_length=2,
                                null=True,
                            ),
                        ),
                        ("payment", models.CharField(blank=True, max_length=32, null=True)),
                    ],
                    options={
                        "ordering": ["project", "path"],
                        "indexes": [
                            models.Index(fields=["project", "path"], name="hop_by_path"),
                            models.Index(fields=["to_party"], name="hop_by_receiver"),
                            models.Index(
                                condition=models.Q(("parent__isnull", True)),
                                fields=["project"],
                                name="hop_at_the_root",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("from_party", models.F("to_party")), _negated=True),
                                name="no_hop_to_oneself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("depth", 1), ("parent__isnull", True)),
                                    models.Q(("depth__gt", 1), ("parent__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hop_depth_fits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR"
                                ),
                                name="hop_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("payer_country", None),
                                    ("payer_country__regex", "^[A-Z]{2}$"),
                                    _connector="OR",
                                ),
                                name="payer_country_is_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxJob",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("task", models.CharField(max_length=100)),
                        ("payload", models.JSONField()),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("publish_after", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.TextField(blank=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at__isnull", True)),
                                fields=["publish_after"],
                                name="outbox_due",
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Party",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("name", models.CharField(max_length=300)),
                        (
                            "other_name",
                            models.CharField(
                                blank=True,
                                help_text="The name in another script, or a former one.",
                                max_length=300,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True, help_text="ISO 3166-1 alpha-2; empty: not known.", max_length=2
                            ),
                        ),
                        ("state", models.CharField(default="active", max_length=32)),
                        (
                            "established_on",
                            models.DateField(blank=True, help_text="Null: not known.", null=True),
                        ),
                        (
                            "conditions_on",
                            models.DateField(
                                blank=True,
                                help_text="Day of its last statement on the conditions of a contractor.",
                                null=True,
                            ),
                        ),
                        (
                            "clean_record",
                            models.BooleanField(
                                help_text="No leak and no conviction in the year before the statement; null: not stated.",
                                null=True,
                            ),
                        ),
                        (
                            "prc_staff",
                            models.BooleanField(
                                help_text="All staff who do secret work are PRC nationals; null: not stated.",
                                null=True,
                            ),
                        ),
                        ("conditions_evidence", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "inspected_on",
                            models.DateField(
                                blank=True,
                                help_text="Day of its last yearly self-inspection; null: none is recorded.",
                                null=True,
                            ),
                        ),
                        ("inspection_evidence", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                help_text="The party that this one turned out to be; it is closed, and its history stays.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                                ),
                                name="party_country_is_iso",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="no_party_merges_itself",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PartyControl",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        (
                            "share",
                            models.DecimalField(
                                blank=True, decimal_places=2, help_text="Per cent.", max_digits=5, null=True
                            ),
                        ),
                        ("ends", models.DateField(blank=True, null=True)),
                        (
                            "controller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="controlled",
                                to="custody.party",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="controls",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("party", models.F("controller")), _negated=True),
                                name="no_party_controls_itself",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ends", None)),
                                fields=("party", "controller", "kind"),
                                name="control_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PartyIdentifier",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("scheme", models.CharField(max_length=16)),
                        ("value", models.CharField(max_length=64)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identifiers",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scheme", "value"), name="identifier_names_one_party"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("role", models.CharField(max_length=32)),
                        ("starts", models.DateField()),
                        ("ends", models.DateField(blank=True, null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="custody.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "party", "role", "starts"), name="membership_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR"
                                ),
                                name="membership_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "subject",
                            models.JSONField(
                                help_text="The canonical subject; its SHA-256 is what is approved."
                            ),
                        ),
                        ("subject_sha256", models.CharField(max_length=64)),
                        ("level", models.CharField(max_length=40)),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("needed", models.PositiveSmallIntegerField(default=1)),
                        ("starts", models.DateField()),
                        ("ends", models.DateField(blank=True, null=True)),
                        ("decide_by", models.DateField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "hop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "stopped_with",
                            models.ForeignKey(
                                blank=True,
                                help_text="Approval of a subcontract above with which it was suspended or revoked; null: by itself.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "void_from",
                            models.DateField(
                                blank=True,
                                help_text="Day from which, as it turned out, it did not count; set by revoking.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["decide_by", "created_at"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["requested", "granted", "suspended"])),
                                fields=("hop",),
                                name="one_live_approval_per_hop",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("username", models.CharField(max_length=150, unique=True)),
                        ("email", models.EmailField(blank=True, default="", max_length=254)),
                        ("is_active", models.BooleanField(default=True)),
                        ("is_staff", models.BooleanField(default=False)),
                        ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="users",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=300)),
                        ("regime", models.CharField(max_length=60)),
                        ("level", models.CharField(max_length=40)),
                        ("qualification_type", models.CharField(blank=True, max_length=40)),
                        (
                            "qualification_grade",
                            models.CharField(
                                blank=True, help_text="Grade the contract asks of its holder.", max_length=40
                            ),
                        ),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("contract_number", models.CharField(blank=True, max_length=100)),
                        (
                            "contract_value",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("contract_signed", models.DateField(blank=True, null=True)),
                        ("state", models.CharField(default="open", max_length=32)),
                        ("source_key", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                        (
                            "client_party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects_ordered",
                                to="custody.party",
                            ),
                        ),
                        (
                            "owner_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects_owned",
                                to="custody.party",
                            ),
                        ),
                        (
                            "ultimate_client_party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Grant",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("starts", models.DateField()),
                        ("ends", models.DateField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grants",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grants",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gte", models.F("starts"))),
                                name="grant_dates_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Doubt",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("code", models.CharField(max_length=40)),
                        ("text_en", models.TextField()),
                        ("text_zh", models.TextField()),
                        ("position", models.CharField(max_length=100)),
                        (
                            "key",
                            models.CharField(
                                help_text="Digest by which a second run finds it again.",
                                max_length=64,
                                unique=True,
                            ),
                        ),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="doubts",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="doubts",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="doubts",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["project", "code", "position"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("verb", models.CharField(max_length=32)),
                        ("outcome", models.CharField(max_length=32)),
                        ("rules", models.JSONField(help_text="Rule versions that ran, such as HND-01@1.")),
                        ("facts_schema", models.PositiveSmallIntegerField()),
                        ("pack_sha256", models.CharField(max_length=64)),
                        (
                            "findings",
                            models.JSONField(
                                help_text="Findings with ids, codes, dates and booleans; never names."
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at"],
                        "indexes": [
                            models.Index(fields=["entry"], name="decisions_by_entry"),
                            models.Index(
                                condition=models.Q(("findings__contains", [{"outcome": "overridden"}])),
                                fields=["entry"],
                                name="decisions_overridden",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Qualification",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("type", models.CharField(max_length=40)),
                        ("grade", models.CharField(max_length=40)),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("number", models.CharField(max_length=100)),
                        ("issuer", models.CharField(max_length=200)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField()),
                        ("state", models.CharField(default="submitted", max_length=32)),
                        ("verified_on", models.DateField(blank=True, null=True)),
                        ("verified_how", models.CharField(blank=True, max_length=300)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="qualifications",
                                to="custody.party",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "verified_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "void_from",
                            models.DateField(
                                blank=True,
                                help_text="Day from which, as it turned out, it did not count; set by revoking.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["party", "type", "-valid_to"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                                name="qualification_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "verified"), _negated=True),
                                    models.Q(("verified_by__isnull", False), ("verified_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="verified_names_its_verifier",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verified_by__isnull", True),
                                    models.Q(("verified_by", models.F("recorded_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="nobody_verifies_own_record",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refusal",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("verb", models.CharField(max_length=32)),
                        ("attempted_at", models.DateTimeField()),
                        ("attempt", models.JSONField(help_text="What was attempted: ids and codes.")),
                        (
                            "reason",
                            models.TextField(blank=True, help_text="What the person said, within 24 hours."),
                        ),
                        ("submission", models.UUIDField(unique=True)),
                        (
                            "attempted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusals",
                                to="custody.person",
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusal",
                                to="custody.decision",
                            ),
                        ),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusals",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "parent_hop",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusals",
                                to="custody.project",
                            ),
                        ),
                        (
                            "to_party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusals",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-attempted_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("language", models.CharField(max_length=10)),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("progress", models.PositiveSmallIntegerField(default=0, help_text="Per cent.")),
                        ("step", models.CharField(blank=True, max_length=60)),
                        ("failure", models.TextField(blank=True)),
                        ("requested_entry", models.UUIDField()),
                        ("log_size", models.BigIntegerField(blank=True, null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("length", models.PositiveBigIntegerField(blank=True, null=True)),
                        (
                            "file",
                            models.CharField(
                                blank=True, help_text="Name below the reports folder.", max_length=200
                            ),
                        ),
                        ("built_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="custody.project",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ready"), _negated=True),
                                    models.Q(("length__isnull", False), ("sha256__regex", "^[0-9a-f]{64}$")),
                                    _connector="OR",
                                ),
                                name="a_ready_report_has_its_hash",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="System",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("name", models.CharField(max_length=200)),
                        ("kind", models.CharField(max_length=32)),
                        (
                            "levels",
                            models.JSONField(
                                default=dict,
                                help_text="Regime family -> accredited level; absent: not accredited.",
                            ),
                        ),
                        ("network", models.CharField(max_length=32)),
                        ("tested_on", models.DateField(blank=True, null=True)),
                        ("state", models.CharField(default="active", max_length=32)),
                        ("is_installation", models.BooleanField(default=False)),
                        (
                            "owner_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="systems",
                                to="custody.party",
                            ),
                        ),
                        (
                            "inventory_number",
                            models.CharField(
                                blank=True,
                                help_text="Or seal number; empty: it has none; null: not known.",
                                max_length=100,
                                null=True,
                            ),
                        ),
                        (
                            "accreditation",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Number of the paper that accredits it.",
                                max_length=200,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Where it stands, ISO 3166-1 alpha-2; empty: not known.",
                                max_length=2,
                            ),
                        ),
                        ("provision", models.CharField(default="unknown", max_length=32)),
                        (
                            "tested_by",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="The body that tested it last, as far as recorded.",
                                max_length=200,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_installation", True)),
                                fields=("is_installation",),
                                name="one_installation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                                ),
                                name="system_country_is_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Site",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(
                                default=1, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("origin", models.CharField(max_length=200)),
                        ("rp_id", models.CharField(max_length=200)),
                        ("demo", models.BooleanField(default=False)),
                        ("entry", models.UUIDField()),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="IANA name; empty: as TIME_ZONE says.",
                                max_length=64,
                            ),
                        ),
                        (
                            "regime",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Pack that a new project is offered first.",
                                max_length=80,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="one_site")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Vote",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("choice", models.CharField(max_length=32)),
                        ("reason", models.TextField()),
                        ("method", models.CharField(max_length=32)),
                        ("statement", models.TextField(help_text="The RFC 8785 text that was on the page.")),
                        ("statement_sha256", models.CharField(max_length=64)),
                        (
                            "approval",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="custody.person",
                            ),
                        ),
                        (
                            "delegation",
                            models.ForeignKey(
                                blank=True,
                                help_text="By which it was cast in an officer's place; null: in the person's own right.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="custody.delegation",
                            ),
                        ),
                        (
                            "against",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                help_text="Codes of the warnings and opinions that it was cast against.",
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("approval", "person", "choice"), name="no_vote_twice"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BarredEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("line", models.PositiveIntegerField()),
                        ("classification", models.CharField(max_length=60)),
                        ("name", models.CharField(max_length=600)),
                        (
                            "name_key",
                            models.CharField(
                                db_index=True,
                                help_text="The name folded for exact comparison.",
                                max_length=600,
                            ),
                        ),
                        ("country", models.CharField(blank=True, max_length=3)),
                        ("uei", models.CharField(blank=True, db_index=True, max_length=16)),
                        ("duns", models.CharField(blank=True, max_length=16)),
                        ("cage", models.CharField(blank=True, max_length=8)),
                        ("program", models.CharField(blank=True, max_length=60)),
                        ("agency", models.CharField(blank=True, max_length=60)),
                        ("exclusion_type", models.CharField(blank=True, max_length=100)),
                        ("active_on", models.DateField(blank=True, null=True)),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="custody.barredlist",
                            ),
                        ),
                        (
                            "aliases",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=600),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "identifiers",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Scheme to number, beside UEI, DUNS and CAGE.",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("list", "line"), name="barred_line_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("verb", models.CharField(max_length=60)),
                        ("state", models.CharField(blank=True, max_length=10)),
                        ("entry", models.UUIDField(blank=True, null=True)),
                        (
                            "object",
                            models.TextField(
                                blank=True, help_text="Rows that the act gave, as model:id,model:id."
                            ),
                        ),
                        ("decision", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                blank=True,
                                help_text="Keyed SHA-256 of what a program asked; a form leaves it empty.",
                                max_length=64,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="RefusalPause",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("hour", models.DateTimeField(help_text="Begin of the clock hour, UTC.")),
                        (
                            "attempts",
                            models.PositiveIntegerField(default=0, help_text="Attempts turned away in it."),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "hour"), name="one_pause_per_hour")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("name", models.CharField(max_length=60)),
                        (
                            "start",
                            models.CharField(
                                help_text="Its first signs, by which its owner knows it.", max_length=12
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                help_text="Nouns on which it may act; reading needs none.",
                                size=None,
                            ),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SavedFilter",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("list", models.CharField(help_text="Route name of the list.", max_length=40)),
                        ("name", models.CharField(max_length=60)),
                        (
                            "query",
                            models.CharField(
                                blank=True, help_text="The query string of the address.", max_length=2000
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_filters",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "list", "name"), name="filter_name_once_per_list"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=32)),
                        (
                            "noun",
                            models.CharField(
                                help_text="The table of what it is about: handoff, approval, ...",
                                max_length=20,
                            ),
                        ),
                        (
                            "object",
                            models.UUIDField(
                                help_text="Its id; read again through visible_to whenever it is shown."
                            ),
                        ),
                        (
                            "about",
                            models.CharField(
                                help_text="How people refer to it; shown to whom it is visible, never in a mail.",
                                max_length=100,
                            ),
                        ),
                        ("due", models.DateField(blank=True, null=True)),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Days before the day it is due: 30, 7, 1 or 0.",
                                null=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "mailed_at",
                            models.DateTimeField(blank=True, help_text="When a mail counted it.", null=True),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("read_at__isnull", True)),
                                fields=["user"],
                                name="notices_unread",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("object", "kind", "stage", "user"),
                                name="told_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailWish",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="mail_wish",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("rhythm", models.CharField(default="off", max_length=32)),
                        ("address", models.EmailField(blank=True, default="", max_length=254)),
                        ("language", models.CharField(max_length=10)),
                        (
                            "asked_on",
                            models.DateField(
                                blank=True, help_text="Day for which a mail was last queued.", null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("verb", models.CharField(max_length=60)),
                        ("data", models.JSONField(help_text="Answers by field: text, or a list of texts.")),
                        ("updated_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="custody.project",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "project", "verb"), name="one_draft")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="RecipientSet",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=80)),
                        ("channel", models.CharField(max_length=32)),
                        ("purpose", models.CharField(max_length=300)),
                        (
                            "hop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="custody.project",
                            ),
                        ),
                        (
                            "receiver_person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "project", "name"), name="recipient_set_name_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("noun", models.CharField(max_length=32)),
                        ("object", models.UUIDField()),
                        ("changes", models.JSONField()),
                        ("reason", models.TextField()),
                        (
                            "corrects",
                            models.UUIDField(help_text="Id of the entry that last set the row before."),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [models.Index(fields=["noun", "object"], name="corrections_by_object")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CheckRun",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=32)),
                        ("verdict", models.CharField(max_length=32)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("faults", models.PositiveBigIntegerField(default=0)),
                        (
                            "summary",
                            models.TextField(
                                blank=True, help_text="The first faults, or what could not be judged."
                            ),
                        ),
                        (
                            "entry",
                            models.UUIDField(help_text="The entry that records the faults.", null=True),
                        ),
                    ],
                    options={
                        "ordering": ["-finished_at"],
                        "indexes": [models.Index(fields=["kind", "-finished_at"], name="newest_check")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="FrozenObject",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("table", models.CharField(max_length=63)),
                        ("object", models.CharField(help_text="Primary key of the row.", max_length=64)),
                        (
                            "holds",
                            models.JSONField(
                                help_text='Ids that no act may name while this is open; "*" stands for all acts.'
                            ),
                        ),
                        (
                            "columns",
                            models.JSONField(
                                help_text='Columns that differ; "*" for a row that is missing or was added.'
                            ),
                        ),
                        (
                            "settled_entry",
                            models.UUIDField(help_text="The entry that settled it.", null=True),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("settled_entry__isnull", True)),
                                fields=("table", "object"),
                                name="frozen_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reference", models.CharField(help_text="Number of the paper.", max_length=200)),
                        (
                            "document_sha256",
                            models.CharField(
                                blank=True,
                                help_text="Of the paper as a file; empty: not recorded.",
                                max_length=64,
                            ),
                        ),
                        (
                            "clauses",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("giver_signed_on", models.DateField(blank=True, null=True)),
                        ("receiver_signed_on", models.DateField(blank=True, null=True)),
                        (
                            "hop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreements",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reference", models.CharField(help_text="Number of the paper.", max_length=200)),
                        (
                            "document_sha256",
                            models.CharField(
                                blank=True,
                                help_text="Of the paper as a file; empty: not recorded.",
                                max_length=64,
                            ),
                        ),
                        ("kind", models.CharField(max_length=32)),
                        ("given_on", models.DateField()),
                        (
                            "hop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Condition",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "number",
                            models.PositiveSmallIntegerField(help_text="Within its approval, from 1."),
                        ),
                        ("type", models.CharField(max_length=32)),
                        ("text", models.TextField()),
                        (
                            "due",
                            models.DateField(
                                blank=True, help_text="Last day on which it is met in time.", null=True
                            ),
                        ),
                        ("set_on", models.DateField()),
                        ("state", models.CharField(default="open", max_length=32)),
                        (
                            "evidence",
                            models.TextField(blank=True, help_text="What shows that it is met, in words."),
                        ),
                        (
                            "paper",
                            models.CharField(
                                blank=True, help_text="Number of the paper that shows it.", max_length=200
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(blank=True, help_text="Of that paper as a file.", max_length=64),
                        ),
                        (
                            "reason",
                            models.TextField(
                                blank=True, help_text="Why it was waived, or what was shown not accepted."
                            ),
                        ),
                        (
                            "approval",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conditions",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "shown_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["approval", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("approval", "number"), name="condition_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("type", "precondition"), ("due__isnull", False), _connector="OR"
                                ),
                                name="running_condition_has_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sha256", ""), ("sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"
                                ),
                                name="condition_hash_shape",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Delegation",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "level",
                            models.CharField(
                                help_text="Highest level on which the delegate may vote.", max_length=40
                            ),
                        ),
                        ("starts", models.DateField()),
                        ("ends", models.DateField()),
                        ("state", models.CharField(max_length=32)),
                        ("reason", models.TextField()),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "delegate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations",
                                to="custody.person",
                            ),
                        ),
                        (
                            "delegator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegated",
                                to="custody.person",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: all projects on which the officer may decide.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.project",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-starts", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("delegate", models.F("delegator")), _negated=True),
                                name="no_delegation_to_oneself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends__gte", models.F("starts"))),
                                name="delegation_dates_in_order",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PartyName",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("name", models.CharField(max_length=300)),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                help_text="Language and script, BCP 47, such as zh-Hans or ru-Latn.",
                                max_length=35,
                            ),
                        ),
                        ("starts", models.DateField(blank=True, null=True)),
                        ("ends", models.DateField(blank=True, null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="names",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["party", "created_at"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("party", "kind", "name"), name="party_name_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("starts", None),
                                    ("ends", None),
                                    ("ends__gte", models.F("starts")),
                                    _connector="OR",
                                ),
                                name="party_name_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Screening",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(max_length=60)),
                        ("screened_on", models.DateField()),
                        (
                            "found",
                            models.PositiveIntegerField(help_text="Hits in that list, judged ones too."),
                        ),
                        ("screened_at", models.DateTimeField()),
                        (
                            "barred_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.barredlist",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="screenings",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["party", "source"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "source"), name="screened_once_by_source"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningHit",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(max_length=60)),
                        (
                            "key",
                            models.CharField(
                                help_text="SHA-256 of what the list says of the line's names.", max_length=64
                            ),
                        ),
                        ("line", models.PositiveIntegerField()),
                        (
                            "by",
                            models.CharField(
                                help_text="A scheme, or which name of the party was alike.", max_length=40
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField()),
                        ("state", models.CharField(default="open", max_length=32)),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("judged_on", models.DateField(blank=True, null=True)),
                        (
                            "barred_list",
                            models.ForeignKey(
                                help_text="The last list that had it.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.barredlist",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hits",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["state", "-score", "party"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("party", "source", "key"), name="hit_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "open"),
                                    models.Q(("judged_by__isnull", False), ("judged_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="judged_hit_names_its_judge",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedToKnow",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("since", models.DateField()),
                        (
                            "basis",
                            models.CharField(
                                help_text="The written decision, such as its number.", max_length=300
                            ),
                        ),
                        ("ended_on", models.DateField(blank=True, help_text="Null: it stands.", null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="custody.item",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["item", "person__name", "person__staff_number", "since"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=("item", "person"),
                                name="on_the_list_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Opinion",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.PositiveSmallIntegerField(help_text="Within its request, from 1.")),
                        ("stance", models.CharField(max_length=32)),
                        ("reason", models.TextField()),
                        (
                            "approval",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["approval", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("approval", "number"), name="opinion_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Referral",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reason", models.TextField()),
                        (
                            "approval",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referrals",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "delegation",
                            models.ForeignKey(
                                blank=True,
                                help_text="By which it was done in an officer's place; null: in the person's own right.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.delegation",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("approval", "person"), name="no_referral_twice"),
                            models.CheckConstraint(
                                condition=models.Q(("person", models.F("to")), _negated=True),
                                name="no_referral_to_oneself",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PartyAddress",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("address", models.CharField(max_length=500)),
                        ("country", models.CharField(help_text="ISO 3166-1 alpha-2.", max_length=2)),
                        ("starts", models.DateField(blank=True, null=True)),
                        ("ends", models.DateField(blank=True, null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addresses",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["party", "kind", "-created_at"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends", None)),
                                fields=("party", "kind"),
                                name="one_address_of_a_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("country__regex", "^[A-Z]{2}$")),
                                name="address_country_is_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recall",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "holders",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                help_text="Parties that held them then; one, since each is asked by itself.",
                                size=None,
                            ),
                        ),
                        (
                            "copies",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), help_text="At most 200.", size=None
                            ),
                        ),
                        (
                            "due",
                            models.DateField(
                                blank=True, help_text="Last day on which they are to be back.", null=True
                            ),
                        ),
                        ("reason", models.TextField()),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                help_text="Below which the copies lay; null: all of the project that were out, or those of a system or person.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recalls",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recalls",
                                to="custody.project",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                help_text="Off which the copies are to be taken.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "leaver",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who is to hand the copies over.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["holders"], name="recalls_by_holder"
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="RecheckRun",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "place",
                            models.JSONField(
                                default=list, help_text="Noun, then where among its rows it came to."
                            ),
                        ),
                        ("judged", models.PositiveBigIntegerField(default=0)),
                        ("found", models.PositiveBigIntegerField(default=0, help_text="Lapses that began.")),
                        ("ended", models.PositiveBigIntegerField(default=0, help_text="Lapses that ended.")),
                    ],
                    options={
                        "ordering": ["-started_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.Value(1),
                                condition=models.Q(("finished_at__isnull", True)),
                                name="one_recheck_at_a_time",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Lapse",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("noun", models.CharField(max_length=32)),
                        (
                            "object",
                            models.UUIDField(
                                help_text="Id of the subcontract, handoff, certificate or item."
                            ),
                        ),
                        ("code", models.CharField(help_text="Of the rule.", max_length=20)),
                        ("version", models.PositiveSmallIntegerField(help_text="Of the rule.")),
                        ("outcome", models.CharField(max_length=32)),
                        (
                            "finding",
                            models.JSONField(
                                help_text="What the rule said: ids, codes and days, never names."
                            ),
                        ),
                        ("since", models.DateField(help_text="Day of the re-check that found it.")),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        ("ended", models.CharField(blank=True, max_length=32, null=True)),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lapses",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who receives, holds the certificate or keeps the item's list.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lapses",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lapses",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-since", "-id"],
                        "indexes": [
                            models.Index(fields=["hop"], name="lapse_by_hop"),
                            models.Index(fields=["project", "since"], name="lapse_by_project"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=("object", "noun", "code"),
                                name="one_open_lapse",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("rule", models.CharField(max_length=10)),
                        (
                            "problems",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), size=None
                            ),
                        ),
                        (
                            "hop_sha256",
                            models.CharField(
                                blank=True, help_text="Subject of the hop when it was put up.", max_length=64
                            ),
                        ),
                        ("until", models.DateField(help_text="Last day.")),
                        (
                            "subject_sha256",
                            models.CharField(
                                help_text="Of what each agreed to, as RFC 8785 text.", max_length=64
                            ),
                        ),
                        ("needed", models.PositiveSmallIntegerField()),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("reason", models.TextField()),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: all subcontracts of the project to that party.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overrides",
                                to="custody.project",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("hop__isnull", True), ("hop_sha256", "")),
                                    models.Q(("hop__isnull", False), ("hop_sha256__regex", "^[0-9a-f]{64}$")),
                                    _connector="OR",
                                ),
                                name="override_hop_with_its_hash",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OverrideVote",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("choice", models.CharField(max_length=32)),
                        ("reason", models.TextField()),
                        ("method", models.CharField(max_length=32)),
                        ("subject_sha256", models.CharField(help_text="What was agreed to.", max_length=64)),
                        (
                            "override",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="custody.override",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("override", "person", "choice"), name="no_override_vote_twice"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UseLimit",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "uses",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Handoffs over its subcontract; null: any number.",
                                null=True,
                            ),
                        ),
                        (
                            "until",
                            models.DateField(
                                blank=True,
                                help_text="Last day on which it is used; null: none set.",
                                null=True,
                            ),
                        ),
                        (
                            "approval",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="limits",
                                to="custody.approval",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("uses__isnull", False), ("until__isnull", False), _connector="OR"
                                ),
                                name="limit_says_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("uses__isnull", True), ("uses__gte", 1), _connector="OR"),
                                name="limit_allows_one_use",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EvidenceFile",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("what", models.CharField(max_length=32)),
                        ("subject", models.UUIDField(help_text="The record that the file shows.")),
                        ("sha256", models.CharField(max_length=64)),
                        ("length", models.PositiveBigIntegerField(help_text="In bytes.")),
                        (
                            "media_type",
                            models.CharField(help_text="Told from the first bytes.", max_length=40),
                        ),
                        (
                            "erased",
                            models.BooleanField(
                                default=False, help_text="Its key was deleted: it opens no more."
                            ),
                        ),
                        (
                            "pages",
                            models.PositiveIntegerField(
                                blank=True, help_text="Null: not drawn yet.", null=True
                            ),
                        ),
                        (
                            "drawn",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Page images that are kept."
                            ),
                        ),
                        (
                            "failure",
                            models.CharField(
                                blank=True, default="", help_text="Why there is no picture.", max_length=32
                            ),
                        ),
                        (
                            "attached_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [models.Index(fields=["subject"], name="evidence_of_a_subject")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("erased", False)),
                                fields=("what", "subject", "sha256"),
                                name="evidence_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                                name="evidence_hash_shape",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Equipment",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("name", models.CharField(help_text="Model, as its maker calls it.", max_length=200)),
                        ("serial", models.CharField(max_length=100)),
                        ("maker", models.CharField(max_length=200)),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Of its maker, ISO 3166-1 alpha-2; empty: not known.",
                                max_length=2,
                            ),
                        ),
                        (
                            "registration",
                            models.CharField(
                                blank=True,
                                help_text="Number of its real-name registration; empty: it has none; null: not known.",
                                max_length=100,
                                null=True,
                            ),
                        ),
                        (
                            "owner_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="equipment",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name", "serial", "id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("maker", "serial"), name="equipment_serial_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                                ),
                                name="equipment_country_is_iso",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FieldPermit",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "equipment",
                            models.JSONField(default=list, help_text="Ids of equipment, in order."),
                        ),
                        ("purpose", models.TextField()),
                        ("area", models.TextField(help_text="GeoJSON in its canonical form.")),
                        ("datum", models.CharField(max_length=32)),
                        ("area_km2", models.DecimalField(decimal_places=6, max_digits=20)),
                        ("starts", models.DateField()),
                        ("ends", models.DateField()),
                        ("airspace_number", models.CharField(blank=True, default="", max_length=100)),
                        ("airspace_authority", models.CharField(blank=True, default="", max_length=200)),
                        ("airspace_from", models.DateField(blank=True, null=True)),
                        ("airspace_to", models.DateField(blank=True, null=True)),
                        ("airspace_sha256", models.CharField(blank=True, default="", max_length=64)),
                        ("operator_licence", models.CharField(blank=True, default="", max_length=100)),
                        ("operating_certificate", models.CharField(blank=True, default="", max_length=100)),
                        ("work_permit", models.CharField(blank=True, default="", max_length=100)),
                        (
                            "uplink",
                            models.BooleanField(
                                help_text="Data leave the equipment live; null: not stated.", null=True
                            ),
                        ),
                        (
                            "payment",
                            models.CharField(
                                blank=True, help_text="Null: not stated.", max_length=32, null=True
                            ),
                        ),
                        ("state", models.CharField(max_length=32)),
                        ("subject_sha256", models.CharField(max_length=64)),
                        ("approved_sha256", models.CharField(blank=True, default="", max_length=64)),
                        ("decision_reason", models.TextField(blank=True, default="")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: the project's owner collects itself.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="field_permits",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="field_permits",
                                to="custody.project",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="field_permits",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-starts", "id"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gte", models.F("starts"))),
                                name="permit_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("airspace_to__gte", models.F("airspace_from")),
                                    ("airspace_to__isnull", True),
                                    _connector="OR",
                                ),
                                name="airspace_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("airspace_sha256__regex", "^([0-9a-f]{64})?$")),
                                name="airspace_hash_shape",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Collection",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("collected_on", models.DateField(help_text="Planned for, then done on.")),
                        ("remark", models.TextField(blank=True, default="")),
                        ("state", models.CharField(max_length=32)),
                        (
                            "uplink",
                            models.BooleanField(
                                help_text="Data left the equipment live; null: not stated.", null=True
                            ),
                        ),
                        (
                            "payment",
                            models.CharField(
                                blank=True, help_text="Null: not stated.", max_length=32, null=True
                            ),
                        ),
                        (
                            "findings",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "due_at",
                            models.DateTimeField(
                                blank=True, help_text="When its output must be registered.", null=True
                            ),
                        ),
                        ("outputs", models.JSONField(default=list, help_text="Ids of items, in order.")),
                        (
                            "late",
                            models.BooleanField(
                                help_text="The output was registered late; null: not yet.", null=True
                            ),
                        ),
                        ("review", models.TextField(blank=True, default="")),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="custody.project",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="custody.party",
                            ),
                        ),
                        (
                            "equipment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="custody.equipment",
                            ),
                        ),
                        (
                            "permit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="custody.fieldpermit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-collected_on", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ZoneList",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("version", models.PositiveIntegerField(unique=True)),
                        ("datum", models.CharField(max_length=32)),
                        ("zones", models.PositiveIntegerField(help_text="How many.")),
                        ("sha256", models.CharField(max_length=64)),
                        ("note", models.CharField(help_text="Where it comes from.", max_length=300)),
                        (
                            "content",
                            models.TextField(
                                blank=True,
                                default="",
                                help_text="Canonical GeoJSON; empty: lost, and to be uploaded again.",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-version"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ZoneConsent",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("zone", models.PositiveIntegerField(help_text="Its place in the list, from 1.")),
                        (
                            "area_sha256",
                            models.CharField(help_text="Of the area for which it was given.", max_length=64),
                        ),
                        ("reference", models.CharField(help_text="Number of the paper.", max_length=200)),
                        ("authority", models.CharField(max_length=200)),
                        ("given_on", models.DateField()),
                        ("document_sha256", models.CharField(blank=True, default="", max_length=64)),
                        (
                            "permit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="zone_consents",
                                to="custody.fieldpermit",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "zone_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.zonelist",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("document_sha256__regex", "^([0-9a-f]{64})?$")),
                                name="zone_consent_hash_shape",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("purpose", models.TextField()),
                        ("level", models.CharField(help_text="Highest of what is seen.", max_length=40)),
                        (
                            "items",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("starts", models.DateField()),
                        ("ends", models.DateField()),
                        (
                            "people",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                blank=True,
                                default=list,
                                help_text="Registered persons.",
                                size=None,
                            ),
                        ),
                        ("guests", models.JSONField(blank=True, null=True)),
                        ("approval_reference", models.CharField(blank=True, max_length=200)),
                        (
                            "approved_on",
                            models.DateField(
                                blank=True, help_text="By the authority, in writing.", null=True
                            ),
                        ),
                        ("state", models.CharField(default="allowed", max_length=32)),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "remark",
                            models.TextField(
                                blank=True, help_text="What was seen, as whoever ended it says."
                            ),
                        ),
                        (
                            "hop",
                            models.ForeignKey(
                                blank=True,
                                help_text="At whose receiving party it takes place; null: at the owner.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="custody.hop",
                            ),
                        ),
                        (
                            "host",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="custody.project",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-starts", "-created_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gte", models.F("starts"))),
                                name="visit_dates_in_order",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Discrepancy",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("found", models.CharField(max_length=32)),
                        ("note", models.CharField(blank=True, default="", max_length=300)),
                        ("state", models.CharField(default="open", max_length=32)),
                        (
                            "resolution",
                            models.TextField(
                                blank=True, default="", help_text="What was found out, in words."
                            ),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discrepancies",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "handoff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discrepancies",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("handoff", "copy"), name="discrepancy_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Holding",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("how", models.CharField(max_length=32)),
                        (
                            "copy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holdings",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holdings",
                                to="custody.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holdings",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holdings",
                                to="custody.project",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holdings",
                                to="custody.system",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [
                            models.Index(fields=["copy", "created_at"], name="holdings_of_a_copy"),
                            models.Index(fields=["project", "created_at"], name="holdings_of_a_project"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Sweep",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("folder", models.TextField()),
                        ("began_at", models.CharField(max_length=40)),
                        ("ended_at", models.CharField(max_length=40)),
                        ("files", models.PositiveBigIntegerField()),
                        (
                            "size",
                            models.PositiveBigIntegerField(help_text="Bytes of all files that were read."),
                        ),
                        ("links", models.PositiveBigIntegerField(help_text="Links that were not followed.")),
                        (
                            "unread",
                            models.JSONField(
                                default=list, help_text="Up to 200 of what could not be read: path and why."
                            ),
                        ),
                        ("unread_count", models.PositiveIntegerField(default=0)),
                        (
                            "registered",
                            models.PositiveIntegerField(
                                default=0, help_text="Files of items with a copy registered there."
                            ),
                        ),
                        (
                            "unknown",
                            models.PositiveIntegerField(
                                default=0, help_text="Files of items whose hash was put right since."
                            ),
                        ),
                        (
                            "sha256",
                            models.CharField(help_text="Of the result file.", max_length=64, unique=True),
                        ),
                        (
                            "imported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sweeps",
                                to="custody.system",
                            ),
                        ),
                        (
                            "sweep_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sweeps",
                                to="custody.sweeplist",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Stray",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("path", models.TextField()),
                        ("size", models.PositiveBigIntegerField()),
                        ("state", models.CharField(default="open", max_length=32)),
                        (
                            "resolution",
                            models.TextField(blank=True, default="", help_text="What was done, in words."),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strays",
                                to="custody.item",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strays",
                                to="custody.project",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strays",
                                to="custody.system",
                            ),
                        ),
                        (
                            "sweep",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strays",
                                to="custody.sweep",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SweepList",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("key", models.CharField(help_text="32 bytes in hexadecimal.", max_length=64)),
                        (
                            "items",
                            models.PositiveIntegerField(
                                help_text="How many items with a hash were registered then."
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Destruction",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "copies",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), help_text="In order of their ids.", size=None
                            ),
                        ),
                        ("count", models.PositiveIntegerField(help_text="As whoever asked has counted.")),
                        ("method", models.CharField(max_length=32)),
                        ("place", models.CharField(max_length=200)),
                        ("reason", models.TextField()),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("subject_sha256", models.CharField(max_length=64)),
                        ("approved_sha256", models.CharField(blank=True, default="", max_length=64)),
                        ("decided_on", models.DateField(blank=True, null=True)),
                        ("decision_reason", models.TextField(blank=True, default="")),
                        ("destroyed_on", models.DateField(blank=True, null=True)),
                        (
                            "counted",
                            models.PositiveIntegerField(
                                blank=True, help_text="What was destroyed.", null=True
                            ),
                        ),
                        (
                            "witnesses",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                blank=True,
                                default=list,
                                help_text="People who saw it.",
                                size=None,
                            ),
                        ),
                        ("remark", models.TextField(blank=True, default="")),
                        ("certificate_number", models.CharField(blank=True, default="", max_length=100)),
                        ("certified_on", models.DateField(blank=True, null=True)),
                        ("certificate_sha256", models.CharField(blank=True, default="", max_length=64)),
                        (
                            "end_reason",
                            models.TextField(
                                blank=True, default="", help_text="Why it was withdrawn, or failed."
                            ),
                        ),
                        (
                            "certified_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                help_text="The party that gives the copies up.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="destructions",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="destructions",
                                to="custody.project",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                help_text="The party that destroys them.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("certificate_sha256__regex", "^([0-9a-f]{64})?$")),
                                name="destruction_certificate_hash_shape",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.CharField(max_length=60, unique=True)),
                        ("serial", models.PositiveIntegerField(help_text="Within the project.")),
                        ("what", models.TextField(help_text="What happened.")),
                        (
                            "noticed_at",
                            models.DateTimeField(help_text="When it was noticed, as the reporter claims."),
                        ),
                        (
                            "copies",
                            models.JSONField(
                                blank=True, default=list, help_text="Ids as text; empty: not known which."
                            ),
                        ),
                        (
                            "hours",
                            models.PositiveIntegerField(
                                blank=True, help_text="Null: the regime sets no clock.", null=True
                            ),
                        ),
                        (
                            "pack_sha256",
                            models.CharField(help_text="Of the rule pack that set the clock.", max_length=64),
                        ),
                        ("state", models.CharField(default="reported", max_length=32)),
                        ("report_entry", models.UUIDField(help_text="Its time is when the clock starts.")),
                        (
                            "stop_entry",
                            models.UUIDField(
                                blank=True, help_text="Its time is when the clock stops.", null=True
                            ),
                        ),
                        (
                            "notify_by",
                            models.DateTimeField(blank=True, help_text="While the clock runs.", null=True),
                        ),
                        (
                            "authority",
                            models.CharField(
                                blank=True, default="", help_text="The first notified.", max_length=200
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, default="", help_text="Number given by it.", max_length=100
                            ),
                        ),
                        (
                            "notified_at",
                            models.DateTimeField(blank=True, help_text="When, as claimed.", null=True),
                        ),
                        ("findings", models.TextField(blank=True, default="")),
                        ("sanctions", models.TextField(blank=True, default="")),
                        (
                            "dismissal",
                            models.TextField(blank=True, default="", help_text="Why it was a false alarm."),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="custody.project",
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "reported_for",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("notify_by__isnull", False)),
                                fields=["notify_by"],
                                name="incidents_to_notify",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "serial"), name="incident_once_in_its_project"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentHold",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reason", models.TextField()),
                        ("release_reason", models.TextField(blank=True, default="")),
                        (
                            "release_entry",
                            models.UUIDField(blank=True, help_text="Null: it holds.", null=True),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "held_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="custody.incident",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.project",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("release_entry__isnull", True)),
                                fields=["copy"],
                                name="copies_held_by_incident",
                            ),
                            models.Index(
                                condition=models.Q(("release_entry__isnull", True)),
                                fields=["project", "party"],
                                name="parties_held_by_incident",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("copy__isnull", False), ("party__isnull", True)),
                                    models.Q(("copy__isnull", True), ("party__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hold_of_a_copy_or_a_party",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("copy__isnull", False), ("release_entry__isnull", True)),
                                fields=("incident", "copy"),
                                name="copy_held_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("party__isnull", False), ("release_entry__isnull", True)),
                                fields=("incident", "party"),
                                name="party_held_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Stocktake",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("second_as", models.CharField(max_length=32)),
                        ("opened_on", models.DateField()),
                        ("state", models.CharField(default="counting", max_length=32)),
                        (
                            "expected",
                            models.PositiveIntegerField(help_text="Copies on the list as it was frozen."),
                        ),
                        (
                            "list_sha256",
                            models.CharField(
                                help_text="Of the list: RFC 8785 text of its codes.", max_length=64
                            ),
                        ),
                        (
                            "ledger_size",
                            models.BigIntegerField(
                                help_text="Of the sealed ledger when the list was frozen."
                            ),
                        ),
                        (
                            "head",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Newest position of its stream then, seq:leaf hash.",
                                max_length=100,
                            ),
                        ),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        (
                            "counts",
                            models.JSONField(
                                blank=True, help_text="Of the result: how many were found how.", null=True
                            ),
                        ),
                        (
                            "lines_sha256",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Of the result: RFC 8785 text of codes and findings.",
                                max_length=64,
                            ),
                        ),
                        (
                            "reason",
                            models.TextField(blank=True, default="", help_text="Why it was called off."),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stocktakes",
                                to="custody.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: copies of all projects.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stocktakes",
                                to="custody.project",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: wherever they are.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "counter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "keeper",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose copies alone are counted, for a handover; null: all that the party holds.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [models.Index(fields=["party", "closed_on"], name="stocktakes_by_party")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="StocktakeLine",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("code", models.CharField(max_length=40)),
                        ("expected", models.BooleanField()),
                        ("found", models.CharField(default="not_seen", max_length=32)),
                        (
                            "round",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="In which count it was seen.", null=True
                            ),
                        ),
                        (
                            "difference",
                            models.CharField(
                                blank=True,
                                help_text="Null: it is none, or not yet.",
                                max_length=32,
                                null=True,
                            ),
                        ),
                        (
                            "resolution",
                            models.TextField(
                                blank=True, default="", help_text="What was found out, in words."
                            ),
                        ),
                        (
                            "stocktake",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="custody.stocktake",
                            ),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stocktake_lines",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                help_text="Where it was seen, if that was said.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "counted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("difference__in", ["open", "incident", "destroyed"]),
                                    ("found", "missing"),
                                ),
                                fields=["copy"],
                                name="copies_missing",
                            ),
                            models.Index(
                                condition=models.Q(("difference", "open")),
                                fields=["stocktake"],
                                name="differences_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("stocktake", "code"), name="stocktake_code_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningRegister",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("name", models.CharField(help_text="As it stands on its cover.", max_length=200)),
                        ("sha256", models.CharField(help_text="Of the file.", max_length=64)),
                        ("headings", models.JSONField(help_text="Cells of the line that names the columns.")),
                        ("mapping", models.JSONField(help_text="Field -> column, counted from 0.")),
                        (
                            "from_1904",
                            models.BooleanField(help_text="Its serial numbers of days count from 1904."),
                        ),
                        ("state", models.CharField(default="read", max_length=32)),
                        ("lines_read", models.PositiveIntegerField(help_text="Lines below the headings.")),
                        (
                            "reason",
                            models.TextField(blank=True, default="", help_text="Why it was called off."),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opening_registers",
                                to="custody.project",
                            ),
                        ),
                        (
                            "due",
                            models.DateField(
                                blank=True, help_text="By which its findings are to be settled.", null=True
                            ),
                        ),
                        (
                            "entered",
                            models.PositiveIntegerField(
                                blank=True, help_text="Lines that were taken over.", null=True
                            ),
                        ),
                        (
                            "left_out",
                            models.PositiveIntegerField(
                                blank=True, help_text="Lines that were not.", null=True
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "withdrawn"), _negated=True),
                                fields=("project", "sha256"),
                                name="register_file_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningLine",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("place", models.PositiveIntegerField(help_text="Order in the file.")),
                        (
                            "sheet",
                            models.CharField(
                                blank=True, help_text="Of the file; empty for a CSV.", max_length=40
                            ),
                        ),
                        ("row", models.PositiveIntegerField(help_text="In the sheet or file, from 1.")),
                        ("page", models.CharField(blank=True, help_text="Of the register.", max_length=40)),
                        ("line", models.CharField(help_text="On the page.", max_length=20)),
                        (
                            "number",
                            models.CharField(
                                blank=True, help_text="The old number, if it can be read.", max_length=100
                            ),
                        ),
                        ("cells", models.JSONField(help_text="As they were read.")),
                        ("state", models.CharField(max_length=32)),
                        (
                            "problems",
                            models.JSONField(default=list, help_text="Each with field, value, code, en, zh."),
                        ),
                        (
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="custody.openingregister",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["register", "place"],
                        "indexes": [
                            models.Index(fields=["register", "state"], name="register_lines_by_state")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("register", "place"), name="register_place_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TakenOver",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.CharField(help_text="In the old register.", max_length=100)),
                        ("page", models.CharField(blank=True, max_length=40)),
                        ("line", models.CharField(max_length=20)),
                        (
                            "since",
                            models.DateField(blank=True, help_text="Day that stands there.", null=True),
                        ),
                        (
                            "copy",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken_over",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken",
                                to="custody.openingregister",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["register", "id"],
                        "indexes": [models.Index(fields=["number"], name="taken_over_by_number")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningFinding",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("code", models.CharField(help_text="Of the rule.", max_length=20)),
                        ("version", models.PositiveSmallIntegerField(help_text="Of the rule.")),
                        ("outcome", models.CharField(max_length=32)),
                        (
                            "finding",
                            models.JSONField(
                                help_text="What the rule said: ids, codes and days, never names."
                            ),
                        ),
                        ("copies", models.PositiveIntegerField(help_text="How many copies it concerns.")),
                        ("due", models.DateField(help_text="By which it is to be settled.")),
                        ("state", models.CharField(default="open", max_length=32)),
                        (
                            "resolution",
                            models.TextField(blank=True, default="", help_text="What was done, in words."),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.item",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "system",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.system",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who sees to it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="custody.openingregister",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due", "code", "id"],
                        "indexes": [
                            models.Index(fields=["register", "state"], name="opening_findings_by_state")
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="BlankReceipt",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.CharField(max_length=20, unique=True)),
                        ("block", models.UUIDField(help_text="Forms printed together.")),
                        ("state", models.CharField(default="printed", max_length=32)),
                        ("issued_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reason",
                            models.TextField(
                                blank=True, default="", help_text="Why it is spoiled, missing, or found."
                            ),
                        ),
                        (
                            "handoff",
                            models.ForeignKey(
                                blank=True,
                                help_text="That was entered from it last.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "issued_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                help_text="For which the person took it: it can be used for copies of this party alone.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "printed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: for any project of the installation.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="blank_receipts",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["issued", "missing"])),
                                fields=["issued_to"],
                                name="blanks_not_accounted_for",
                            ),
                            models.Index(fields=["block"], name="blanks_by_block"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PaperHandoff",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("took_place_at", models.DateTimeField(help_text="As it stands on the paper.")),
                        ("reason", models.TextField(help_text="Why it was not done here.")),
                        ("state", models.CharField(default="in_order", max_length=32)),
                        (
                            "due",
                            models.DateField(
                                blank=True, help_text="By which it is to be settled.", null=True
                            ),
                        ),
                        (
                            "resolution",
                            models.TextField(
                                blank=True, default="", help_text="What was done about it, in words."
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entered",
                                to="custody.blankreceipt",
                            ),
                        ),
                        (
                            "handoff",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="on_paper",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "without_leave")),
                                fields=["due"],
                                name="paper_without_leave_by_day",
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CopyPermit",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "place",
                            models.CharField(
                                blank=True, default="", help_text="Where they are made.", max_length=200
                            ),
                        ),
                        ("count", models.PositiveIntegerField(help_text="How many copies, at most.")),
                        ("purpose", models.TextField()),
                        ("until", models.DateField(help_text="Last day on which they may be made.")),
                        ("state", models.CharField(default="requested", max_length=32)),
                        ("subject_sha256", models.CharField(max_length=64)),
                        ("approved_sha256", models.CharField(blank=True, default="", max_length=64)),
                        (
                            "reason",
                            models.TextField(
                                blank=True, default="", help_text="Why it was decided so, or withdrawn."
                            ),
                        ),
                        (
                            "made",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                blank=True,
                                default=list,
                                help_text="Copies made under it.",
                                size=None,
                            ),
                        ),
                        (
                            "asked_for",
                            models.ForeignKey(
                                help_text="The party that asks: the project's owner, or who holds the copy it is made from.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                blank=True,
                                help_text="From which copy they are made; null: from the original.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copy_permits",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copy_permits",
                                to="custody.item",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copy_permits",
                                to="custody.project",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterPrint",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.CharField(max_length=20, unique=True)),
                        (
                            "address",
                            models.CharField(
                                help_text="What its QR code leads to; drawn at random.",
                                max_length=40,
                                unique=True,
                            ),
                        ),
                        ("register", models.CharField(max_length=32)),
                        ("starts", models.DateField(help_text="First day of the period.")),
                        ("ends", models.DateField(help_text="Last day of the period.")),
                        (
                            "zone",
                            models.CharField(help_text="In which its days are reckoned.", max_length=64),
                        ),
                        ("language", models.CharField(max_length=8)),
                        (
                            "ledger_size",
                            models.BigIntegerField(help_text="Entries of the ledger that it was told from."),
                        ),
                        (
                            "ledger_head",
                            models.CharField(
                                blank=True, help_text="Root of the tree at that size, in hex.", max_length=64
                            ),
                        ),
                        ("lines", models.PositiveIntegerField()),
                        ("pages", models.PositiveIntegerField()),
                        ("sha256", models.CharField(help_text="Of the PDF.", max_length=64)),
                        ("printed_at", models.DateTimeField()),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose lines alone it has; null: all lines of the project.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
                        (
                            "printed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Null: of all projects in which the party has a part.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_prints",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("project__isnull", False), ("party__isnull", False), _connector="OR"
                                ),
                                name="printed_of_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends__gte", models.F("starts"))),
                                name="printed_period_in_order",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("reason", models.TextField()),
                        (
                            "due",
                            models.DateField(
                                help_text="By when what stays with who hands over is to be settled."
                            ),
                        ),
                        ("opened_on", models.DateField()),
                        ("state", models.CharField(default="counting", max_length=32)),
                        (
                            "statement_sha256",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="Of the text that is signed, once somebody has.",
                                max_length=64,
                            ),
                        ),
                        ("completed_on", models.DateField(blank=True, null=True)),
                        (
                            "passed",
                            models.PositiveIntegerField(
                                blank=True, help_text="Copies whose custody passed.", null=True
                            ),
                        ),
                        (
                            "stayed",
                            models.PositiveIntegerField(
                                blank=True, help_text="Copies that stayed.", null=True
                            ),
                        ),
                        ("abandoned_because", models.TextField(blank=True, default="")),
                        (
                            "incoming",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "outgoing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handovers",
                                to="custody.party",
                            ),
                        ),
                        (
                            "stocktake",
                            models.OneToOneField(
                                help_text="The joint count.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover",
                                to="custody.stocktake",
                            ),
                        ),
                        (
                            "supervisor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["counting", "signing"])),
                                fields=("party", "outgoing"),
                                name="one_handover_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outgoing", models.F("incoming")), _negated=True),
                                    models.Q(("outgoing", models.F("supervisor")), _negated=True),
                                    models.Q(("incoming", models.F("supervisor")), _negated=True),
                                ),
                                name="three_people_of_a_handover",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverLine",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("code", models.CharField(max_length=20)),
                        (
                            "stays",
                            models.CharField(
                                blank=True,
                                help_text="Why it stayed; null: it passed.",
                                max_length=32,
                                null=True,
                            ),
                        ),
                        (
                            "copy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_lines",
                                to="custody.copy",
                            ),
                        ),
                        (
                            "handoff",
                            models.ForeignKey(
                                blank=True,
                                help_text="By which custody passed; null: it stayed.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_lines",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="custody.handover",
                            ),
                        ),
                        (
                            "refusal",
                            models.ForeignKey(
                                blank=True,
                                help_text="The refused attempt, where a rule bars it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.refusal",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("handover", "copy"), name="handover_copy_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("handoff__isnull", False), ("stays__isnull", True)),
                                    models.Q(("handoff__isnull", True), ("stays__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_copy_passes_or_stays",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverSignature",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("signs_as", models.CharField(max_length=32)),
                        ("signed_on", models.DateField()),
                        ("statement_sha256", models.CharField(max_length=64)),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="custody.handover",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("handover", "signs_as"), name="each_signs_a_handover_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceiptSheet",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.UUIDField(help_text="Id of the ledger entry that last set this row."),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "number",
                            models.CharField(
                                help_text="The handoff's, a slash, and which one.", max_length=30, unique=True
                            ),
                        ),
                        ("state", models.CharField(default="printed", max_length=32)),
                        (
                            "custodian",
                            models.ForeignKey(
                                blank=True,
                                help_text="At whose counter; null with the witness.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "handoff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipt_sheets",
                                to="custody.handoff",
                            ),
                        ),
                        (
                            "printed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                        (
                            "witness",
                            models.ForeignKey(
                                blank=True,
                                help_text="Before whom it was signed; null: it was not, as far as recorded.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "printed")),
                                fields=("handoff",),
                                name="one_sheet_of_a_handoff_to_sign",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "used")),
                                fields=("handoff",),
                                name="one_signed_sheet_of_a_handoff",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("custodian__isnull", False),
                                        ("state", "used"),
                                        ("witness__isnull", False),
                                    ),
                                    models.Q(
                                        ("custodian__isnull", True),
                                        ("witness__isnull", True),
                                        models.Q(("state", "used"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_used_sheet_names_its_witness",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE IF NOT EXISTS custody_copy_code AS bigint START 1",
            reverse_sql="DROP SEQUENCE IF EXISTS custody_copy_code",
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE IF NOT EXISTS custody_handoff_number AS bigint START 1",
            reverse_sql="DROP SEQUENCE IF EXISTS custody_handoff_number",
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE IF NOT EXISTS custody_blank_number AS bigint START 1",
            reverse_sql="DROP SEQUENCE IF EXISTS custody_blank_number",
        ),
        migrations.RunSQL(
            sql=_VIEW,
            reverse_sql="DROP VIEW custody_withoutpaper",
        ),
        migrations.CreateModel(
            name="WithoutPaper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "handoff",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="custody.handoff",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="custody.project",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="custody.party",
                    ),
                ),
                (
                    "hop",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="custody.hop",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="custody.openingregister",
                    ),
                ),
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
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
