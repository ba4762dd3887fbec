"""Tables of the ledger. Python only reads them: ``ledger_append`` and the sealer write.

Append-only: :class:`Entry`, :class:`LogIndex`, :class:`Checkpoint`, :class:`Cosignature`,
:class:`Witnessed`. Their ``ENABLE ALWAYS`` triggers refuse UPDATE, DELETE and TRUNCATE to everyone, and the
application role has SELECT alone (migrations ``0002_walls`` and ``0003_witnessed``).
Mutable by design: the head of a stream, the queues of the sealer, the state of the log, how each witness
stands, and the text of a personal disclosure, which only ``ledger_erase`` empties.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Stream(models.Model):
    """A dense, hash-linked run of entries; its random id stands in the leaves, its name never does."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField(unique=True)
    next_seq = models.BigIntegerField()
    head = models.BinaryField(null=True, help_text="leaf hash of the newest entry")
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_seq=0, head__isnull=True, last_at__isnull=True)
                | Q(next_seq__gt=0, head__isnull=False, last_at__isnull=False),
                name="ledger_stream_head_goes_with_seq",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One event. ``leaf`` is the signed truth; the other columns repeat it so that SQL can find it."""

    id = models.UUIDField(primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="ledger_entry_stream_seq"),
            models.CheckConstraint(condition=Q(seq__gte=0), name="ledger_entry_seq_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Disclosure(models.Model):
    """One salted field of an entry (RFC 9901), kept beside the log; ``text`` is null once it was erased."""

    pk = models.CompositePrimaryKey("entry_id", "name")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="disclosures", db_index=False)
    name = models.TextField()
    digest = models.TextField(help_text="base64url SHA-256 of the text, as it stands in _sd")
    text = models.TextField(null=True, help_text="base64url of the JSON array of salt, name and value")  # noqa: DJ001
    personal = models.BooleanField()
    erased_by = models.UUIDField(null=True, help_text="the entry that records the erasure")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__isnull=False, erased_by__isnull=True)
                | Q(text__isnull=True, erased_by__isnull=False, personal=True),
                name="ledger_disclosure_erased_says_by",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="ledger_disclosure_has_a_name"),
        ]


class Pending(models.Model):
    """The queue of the sealer, in insertion order. Gaps are rolled-back transactions and mean nothing."""

    position = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="pending")


class Forgetting(models.Model):
    """The queue of erasures that the journal does not know yet; the sealer rewrites the file, then deletes
    the row."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="forgetting")


class LogIndex(models.Model):
    """The place of an entry in the tree, dense from 0."""

    idx = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="log_index")
    leaf_hash = models.BinaryField()


class LogState(models.Model):
    """The one row that says how far the tree has grown, who leads, and whether the log is frozen."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    origin = models.TextField(null=True, help_text="the log's name, set once")  # noqa: DJ001
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    edge = models.BinaryField(help_text="subtree roots of the right edge, largest first, 32 bytes each")
    epoch = models.BigIntegerField(default=0, help_text="rises with each sealer that takes over")
    frozen = models.TextField(null=True, help_text="why the sealer stopped; null while it works")  # noqa: DJ001

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="ledger_logstate_one_row"),
            models.CheckConstraint(
                condition=Q(size__gte=0, epoch__gte=0), name="ledger_logstate_not_negative"
            ),
        ]


class Checkpoint(models.Model):
    """A signed tree head that was published."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField(help_text="C2SP signed note, exactly as published")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="ledger_checkpoint_not_negative")
        ]


class Cosignature(models.Model):
    """A witness's verified signature line over a checkpoint of ours."""

    pk = models.CompositePrimaryKey("checkpoint_id", "vkey")
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures", db_index=False, db_column="size"
    )
    vkey = models.TextField(help_text="the witness's key, as the policy carries it")
    line = models.TextField(help_text="the signature line, with its newline")
    time = models.BigIntegerField(help_text="POSIX second that the witness states")
    at = models.DateTimeField()


class Witnessed(models.Model):
    """A checkpoint whose cosignatures met the quorum of the policy of that day."""

    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="witnessed", db_column="size"
    )
    at = models.DateTimeField()


class Witness(models.Model):
    """How a witness of the policy stands with us."""

    vkey = models.TextField(primary_key=True)
    name = models.TextField(help_text="its name in the policy")
    listed = models.BooleanField(help_text="whether the policy names it today")
    asked = models.BooleanField(help_text="whether it is asked over HTTP; else answers are carried by hand")
    size = models.BigIntegerField(help_text="the size that it cosigned last, as far as we know")
    answered_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    problem = models.TextField(
        help_text="what stood in the way when it was asked last; empty while it answers"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="ledger_witness_size_not_negative")
        ]

    def __str__(self) -> str:
        return self.name
