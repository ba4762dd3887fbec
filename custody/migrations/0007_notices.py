import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notices and who wants a mail about them; what is due back and what was answered is found by index."""

    dependencies = [("custody", "0006_site_defaults")]
    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32)),
                (
                    "noun",
                    models.CharField(
                        help_text="The table of what it is about: handoff, approval, ...", max_length=20
                    ),
                ),
                (
                    "object",
                    models.UUIDField(help_text="Its id; read again through visible_to whenever it is shown."),
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
                        blank=True, help_text="Days before the day it is due: 30, 7, 1 or 0.", null=True
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
                        condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notices_unread"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("object", "kind", "stage", "user"), name="told_once", nulls_distinct=False
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
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["answered_at"],
                name="handoffs_by_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("due_back__isnull", False), ("state", "accepted")),
                fields=["due_back"],
                name="handoffs_by_return",
            ),
        ),
    ]
