import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import custody.whole


class Migration(migrations.Migration):
    """The tables as the single steps up to 0029 leave them; a site that stands already walks those."""

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
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        custody.whole.CreateModels(
            models=[
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
                            "answer_entry",
                            models.UUIDField(
                                blank=True,
                                help_text="Entry of the answer; stays when the answer is disputed.",
                                null=True,
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
                                condition=models.Q(("due_back__isnull", False), ("state", "accepted")),
                                fields=["due_back"],
                                name="handoffs_by_return",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["offered", "mistaken"])),
                                fields=["state", "offered_at"],
                                name="handoffs_unsettled",
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
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="custody.project",
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
                            "unconfirmed",
                            models.UUIDField(
                                blank=True,
                                help_text="Entry since which the record may not be the truth; null once the copy was counted.",
                                null=True,
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
                                    models.Q(("offered_in__isnull", True), ("state", "held")),
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
                        "indexes": [],
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
                            models.UniqueConstraint(
                                fields=("party", "controller", "kind"), name="control_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("party", models.F("controller")), _negated=True),
                                name="no_party_controls_itself",
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
                    ],
                    options={
                        "ordering": ["name", "staff_number"],
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
                        "indexes": [],
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="custody.item",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.person",
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
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=("item", "person"),
                                name="on_the_list_once",
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
                        "indexes": [],
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
                    name="Draft",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("verb", models.CharField(max_length=60)),
                        ("data", models.JSONField(help_text="Answers by field: text, or a list of texts.")),
                        ("updated_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "project", "verb"), name="one_draft")
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
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.party",
                            ),
                        ),
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
                            "proposed_by",
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
                                blank=True,
                                help_text="Null: all projects on which the officer may decide.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="custody.project",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-starts", "id"],
                        "indexes": [],
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
                        "indexes": [],
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
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "hour"), name="one_pause_per_hour")
                        ],
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
                            "digest",
                            models.CharField(
                                blank=True,
                                help_text="Keyed SHA-256 of what a program asked; a form leaves it empty.",
                                max_length=64,
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
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
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
                        (
                            "owner_party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="systems",
                                to="custody.party",
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
                    ],
                    options={
                        "indexes": [],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="one_site")
                        ],
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "project", "name"), name="recipient_set_name_once"
                            )
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="custody.person",
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
                        (
                            "list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="custody.barredlist",
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
    ]
