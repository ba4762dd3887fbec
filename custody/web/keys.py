"""Keys for programs: one's own keys, a new one whose text is shown once, an end at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_variables

from custody import models as m
from custody.actions import keys
from custody.actions.base import Actor, NotPermitted
from custody.terms import Text

from . import webhooks
from .base import actor_of, screen, signed_in, told_in, visible_or_404, words
from .forms.fields import Line
from .names import party_name

SCOPES: dict[str, Text] = {
    "party": Text("Register parties and who controls them", "登记单位及控制关系"),
    "person": Text(
        "Register people, record what lets them receive, place and lift legal holds",
        "登记人员及其接收资格，设置和解除法定保全",
    ),
    "sign_in": Text("Give people a sign-in", "开通登录账号"),
    "membership": Text("Give people roles", "授予人员角色"),
    "grant": Text("Let regulators read projects", "授权监管人员查阅项目"),
    "system": Text("Register systems", "登记系统"),
    "qualification": Text("Record, verify and stop certificates", "登记、核验和停用证书"),
    "project": Text("Open projects, record where they are done", "立项，登记项目实施地区"),
    "item": Text("Register items, keep their need-to-know lists", "登记成果及其知悉范围"),
    "copy": Text("Number copies, confirm them after counting", "为副本编号，清点后确认"),
    "hop": Text(
        "Request, decide and report subcontracts (a vote also needs the password)",
        "申请、审批和报备分包（审批还须密码）",
    ),
    "override": Text("Ask for overrides of rules, vote on them, end them", "申请、表决、撤销规则特批"),
    "incident": Text("Report incidents and lead them to their end", "报告和处置事件"),
    "objection": Text(
        "Lodge objections as a regulator, answer and judge them", "提出、答复和审核监管整改要求"
    ),
    "sample": Text("Draw random samples and enter what was found", "随机抽样并填写查验情况"),
    "visit": Text("Ask for visits and end them", "申请和结束来访"),
    "delegation": Text("Give votes into other hands, name deputies", "委托表决权、指定代理审批人"),
    "condition": Text("Show that conditions are met, settle them", "说明审批条件已落实，确认或免除条件"),
    "handoff": Text(
        "Offer, accept, decline, withdraw and correct handoffs", "发起、接收、拒收、撤回和更正移交"
    ),
    "discrepancy": Text("Say what became of copies that were not in order", "记录异常副本的处理结果"),
    "register_print": Text("Print registers, attach their stamped papers", "打印登记簿、上传盖章件"),
    "blank": Text("Print and issue blank receipts, account for them", "印制、发放和核销空白回执"),
    "paper": Text("Enter handoffs that took place on paper, settle them", "补录和处理纸质移交"),
    "register": Text("Take over old registers", "接收旧登记簿"),
    "sweep": Text("Make sweep lists, bring results in", "生成检查清单、导入检查结果"),
    "stray": Text("Say what became of files that a sweep found", "记录检查发现文件的处理结果"),
    "stocktake": Text(
        "Open, count and sign stocktakes, settle their differences (a signature also needs the password)",
        "开始、清点和签署清点结果，处理差异（签署还须密码）",
    ),
    "handover": Text(
        "Begin, sign and abandon custodian handovers (a signature also needs the password)",
        "开始、签署和中止保管人交接（签署还须密码）",
    ),
    "refusal": Text("Explain refusals", "说明被拒绝的操作"),
    "report": Text("Request custody reports", "申请保管报告"),
    "pack": Text("Put rule packs in force", "启用规则包"),
    "equipment": Text("Register field equipment", "登记外业设备"),
    "permit": Text("Ask for and decide on field permits", "申请和审批外业采集许可"),
    "zone": Text("Publish sensitive zones, record consents", "发布敏感区域，登记主管机关同意"),
    "copy_permit": Text("Ask for and decide on copy permits", "申请和审批复制许可"),
    "destruction": Text("Ask for, decide and record destructions", "申请、审批和登记副本销毁"),
    "collection": Text("Plan, record and review collections", "计划、登记和审查外业采集"),
    "key": Text("End keys of this sign-in", "撤销本账号的密钥"),
}
"""What a key with a scope may do, as far as its owner may."""


class KeyForm(forms.Form):
    """A key to make."""

    name = Line(
        label=_l("What is the key for?"),
        help_text=_l("A name by which you will know it, such as the program that uses it."),
        max_length=60,
        error_messages={"required": _l("Enter what the key is for")},
    )
    party = forms.TypedChoiceField(
        coerce=UUID,
        label=_l("For which party?"),
        help_text=_l("It acts and reads for this party alone, and is refused once you do not act for it."),
        error_messages={"required": _l("Choose the party")},
    )
    scopes = forms.MultipleChoiceField(
        label=_l("What may the program do in your name?"),
        help_text=_l(
            "It may read what you may read for its party. Of this it can do only what your roles there "
            "allow. Choose nothing for a key that only reads."
        ),
        choices=lambda: [(noun, words(SCOPES[noun])) for noun in keys.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    days = forms.IntegerField(
        label=_l("For how many days?"),
        help_text=_l("From 1 to 366. The shorter, the less is lost with the key."),
        min_value=1,
        max_value=keys.LONGEST.days,
        initial=90,
        error_messages={"required": _l("Enter for how many days the key is needed")},
    )

    def __init__(self, data: Any, *, user: m.User) -> None:
        """Ask for the party of who acts for more than one."""
        super().__init__(data)
        mine = m.Party.objects.filter(id__in=user.party_ids())
        choices = [("", "—"), *((str(party.id), words(party_name(party))) for party in mine)]
        self.fields["party"].choices = choices  # type: ignore[attr-defined]
        if len(mine) < 2:
            del self.fields["party"]


def _may(actor: Actor) -> bool:
    """Tell whether this reader may have keys: everybody with a role today."""
    return bool(actor.memberships) and actor.can("key.issue", own=actor.memberships[0][0])


@screen("GET", "POST")
@sensitive_variables("text")
def page(request: HttpRequest) -> HttpResponse:
    """List one's own keys and make one. Its text is on the answer to the form, and nowhere else."""
    actor = actor_of(request)
    user = signed_in(request)
    form = KeyForm(request.POST if request.method == "POST" else None, user=user)
    made: m.ApiKey | None = None
    text = ""
    if form.is_bound:
        if not _may(actor):
            raise NotPermitted("key.issue")
        if form.is_valid():
            with told_in(form):
                outcome, text = keys.issue(actor, user=user.pk, **form.cleaned_data)
                made = outcome.object
    if made is not None and keys.digest(text) != made.sha256:
        text = ""  # the same form was sent before: that key stands, and its text is gone
    now = timezone.now()
    context: dict[str, Any] = {
        "heading": _("Keys for programs"),
        "lead": _(
            "With a key a program does in your name what you let it do, through the API. "
            "All that it does is recorded as done by you. Whoever has the key has this power: keep it like "
            "a password."
        ),
        "form": form if made is None else KeyForm(None, user=user),
        "submit": _("Make the key"),
        "may": _may(actor),
        "webhooks": webhooks.may_add(actor) or m.Webhook.objects.visible_to(user).exists(),
        "made": made,
        "text": text,
        "rows": [
            {
                "key": row,
                "party": _party(row),
                "scopes": _words(row.scopes),
                "state": _state(row, user),
                "live": row.revoked_at is None and row.expires_at > now,
            }
            for row in m.ApiKey.objects.visible_to(user).select_related("party")
        ],
    }
    return render(request, "key/page.html", context, status=422 if form.errors else 200)


@screen("POST")
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """End one of one's own keys at once."""
    row = visible_or_404(m.ApiKey.objects, request, key)
    keys.revoke(actor_of(request), key=row.id)
    return redirect(reverse("keys"))


def _words(scopes: list[str]) -> list[str]:
    return [words(SCOPES[noun]) if noun in SCOPES else noun for noun in scopes] or [_("Only reading")]


def _party(row: m.ApiKey) -> Text:
    """Return for whom a key acts."""
    if row.party is None:
        return Text(
            "Every party of its owner: made before keys were bound", "持有人所代表的全部单位（早期签发）"
        )
    return party_name(row.party)


def _state(row: m.ApiKey, owner: m.User) -> tuple[str, str]:
    """Return the tone and the words of a key's state."""
    if row.revoked_at is not None:
        return "off", _("Revoked")
    if row.expires_at <= timezone.now():
        return "off", _("Expired")
    if row.party_id and row.party_id not in owner.party_ids():
        return "off", _("Refused: you do not act for this party any more")
    return "ok", _("In force")
