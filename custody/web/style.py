"""The living page of patterns: every pattern with sample data, in both languages.

Who builds a screen looks here first; the tests look here for faults of contrast, labels and layout. Names and
numbers are made up.
"""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custody import terms
from custody.chain import Node, Shape
from custody.terms import Text

from .chain_svg import SvgChain, picture
from .patterns import (
    Basis,
    Check,
    Choice,
    Column,
    Fact,
    Link,
    Moment,
    Progress,
    Receipt,
    Table,
    answers,
)

AT = dt.datetime(2026, 11, 21, 10, 0, 5, tzinfo=dt.UTC)
DUE = dt.date(2026, 12, 31)
SHA = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea"
OWNER = Text("Northfield Survey Co.", "北原测绘有限公司")
NEXT = Text("Westgate Data Processing", "西关数据处理有限公司")
LAST = Text("Harbour Geodata", "云岭地理信息工程有限公司")

FACTS = [
    Fact(Text("Project", "项目"), Text("1:10 000 topographic revision", "1:1万地形图更新"), href="#main"),
    Fact(Text("Receiving party", "接收单位"), LAST, note=Text("third tier", "第三层分包")),
    Fact(Text("Classification", "密级"), Text("Confidential", "秘密")),
    Fact(Text("Copies", "副本"), ["H-50-80-2/001", "H-50-80-2/002"], mono=True),
    Fact(Text("Return by", "归还期限"), DUE),
    Fact(Text("Consent of the client", "委托方书面同意"), True),
    Fact(Text("Conditions", "附加条件"), None),
]
CHECKS = [
    Check(
        terms.FindingOutcome.PASS,
        Text("The recipient holds an active qualification", "接收单位持有有效资质"),
        code="QUA-01",
        values=[Fact(Text("valid until", "有效期至"), dt.date(2027, 12, 26))],
        seen=[Fact("grade", "B"), Fact("valid_to", dt.date(2027, 12, 26))],
    ),
    Check(
        terms.FindingOutcome.BLOCK,
        Text("The recipient stands on an approved hop", "接收单位在已批准的分包链上"),
        code="HOP-01",
        remedy=Text(
            "No approved hop from Westgate to Harbour. Request approval of the subcontract first.",
            "西关至云岭的分包未经批准。请先申请分包审批。",
        ),
        values=[Fact(Text("hop", "分包"), terms.HopState.REQUESTED)],
        basis=[
            Basis(
                Text("Surveying and Mapping Law, art. 29", "《测绘法》第二十九条"), terms.BasisStatus.VERIFIED
            ),
            Basis(Text("House rule 4.2", "内部制度第4.2条"), terms.BasisStatus.POLICY),
        ],
    ),
    Check(
        terms.FindingOutcome.WARN,
        Text("The subcontract is reported to the authority in time", "分包已按期报主管部门备案"),
        code="CTR-01",
        remedy=Text("Report it by 2026-12-31.", "请于2026年12月31日前备案。"),
    ),
    Check(
        terms.FindingOutcome.OVERRIDDEN,
        Text("The recipient meets the conditions of a contractor", "接收方符合承接涉密业务的条件"),
        code="QUA-08",
        remedy=Text("Fails: established less than a year ago.", "不符合条件：成立不满一年。"),
        note=Text(
            "Overridden by two officers until 2027-02-20.", "已由两名审批人特批放行，至2027年2月20日。"
        ),
    ),
    Check(
        terms.FindingOutcome.CANNOT_TELL,
        Text("The depth of the chain is within the limit", "分包层级未超限"),
        code="HOP-02",
        remedy=Text(
            "The regime does not say how deep. Ask the administrator.", "规则包未规定层级上限。请联系管理员。"
        ),
    ),
    Check(
        terms.FindingOutcome.NOT_APPLICABLE,
        Text("The destination system is accredited", "目标系统已通过保密测评"),
        code="SYS-01",
        note=Text("The copies are on paper.", "副本为纸质。"),
    ),
]
TABLE = Table(
    columns=[
        Column(Text("Receiving party", "接收单位")),
        Column(Text("Classification", "密级")),
        Column(Text("Copies", "副本数"), number=True),
        Column(Text("Return due", "应还日期")),
        Column(Text("State", "状态")),
    ],
    rows=[
        [Link(OWNER, "#main"), Text("Secret", "机密"), 12, DUE, terms.HandoffState.ACCEPTED],
        [Link(NEXT, "#main"), Text("Confidential", "秘密"), 3, DUE, terms.HandoffState.OFFERED],
        [Link(LAST, "#main"), Text("Internal", "内部"), 1, None, terms.HandoffState.DECLINED],
    ],
    caption=Text("Handoffs", "移交记录"),
)
MOMENTS = [
    Moment(
        AT,
        Text("Northfield offered 2 copies to Westgate", "北原向西关移交2份副本"),
        "E. Wood",
        "wait",
        source=terms.Source.SCREEN,
        entry_state="witnessed",
        href="#main",
    ),
    Moment(
        AT + dt.timedelta(hours=2),
        Text("Westgate accepted 2 copies", "西关接收2份副本"),
        "T. Lake",
        "ok",
        took_place_at=AT + dt.timedelta(hours=1),
        source=terms.Source.PAPER,
        entry_state="sealed",
    ),
    Moment(
        AT + dt.timedelta(hours=3),
        Text("An offer to Harbour was refused", "向云岭移交被拒绝"),
        "T. Lake",
        "bad",
        source=terms.Source.API,
        entry_state="recorded",
        detail="HOP-01, CTR-01",
    ),
]


class SampleForm(forms.Form):
    """Every kind of control once."""

    party = forms.ChoiceField(
        label=_("Who will receive the material?"),
        choices=[],
        help_text=_(
            "Only parties on the register can be chosen. Their qualification is checked when you continue."
        ),
        error_messages={"required": _("Choose the receiving party")},
    )
    channel = forms.ChoiceField(
        label=_("How do the copies travel?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the copies travel")},
    )
    copies = forms.CharField(
        label=_("Copies handed over"),
        help_text=_("One number per line."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter at least one copy number")},
    )
    due = forms.DateField(
        label=_("Return by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day by which the copies come back")},
    )
    counted = forms.BooleanField(
        label=_("I counted the copies and the seals are intact"),
        error_messages={"required": _("Count the copies and confirm it")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Put the choices into the language of the page."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = get_language() or "en"
        self.fields["party"].choices = [("", "—"), *((t.en, t.get(language)) for t in (OWNER, NEXT, LAST))]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [(c.value, c.text.get(language)) for c in terms.Channel]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """The reason of a decision."""

    reason = forms.CharField(
        label=_("Reason (kept in the ledger)"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Give a reason")},
    )


def _picture(language: str) -> SvgChain:
    """Return a small chain: three hops and a blocked attempt."""
    rows = [
        ("1", None, OWNER, terms.HopState.ACTIVE, Shape.CHECK),
        ("2", "1", NEXT, terms.HopState.ACTIVE, Shape.CHECK),
        ("3", "2", LAST, terms.HopState.REQUESTED, Shape.DOTS),
        ("4", "2", OWNER, terms.DecisionOutcome.REFUSE, Shape.CROSS),
    ]
    nodes = [
        Node(
            key, parent, name.get(language), state.text.get(language), mark, blocked=key == "4", href="#main"
        )
        for key, parent, name, state, mark in rows
    ]
    return picture(nodes, title=Text("Chain of the project", "项目分包链").get(language), form="outline")


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show all patterns; ``?error=1`` shows the form as it comes back with its faults."""
    language = get_language() or "en"
    wrong = "error" in request.GET
    good = SampleForm(
        {
            "party": NEXT.en,
            "channel": "in_person",
            "copies": "H-50-80-2/001",
            "due": "2026-12-31",
            "counted": "on",
        }
    )
    good.is_valid()
    context = {
        "heading": _("Patterns"),
        "lead": _("Every pattern of the site with made-up data. Screens are put together from these."),
        "crumbs": [
            Link(Text("Projects", "项目"), "#main"),
            Link(Text("Topographic revision", "地形图更新"), "#main"),
        ],
        "state": terms.HopState.REQUESTED,
        "form": SampleForm({}) if wrong else SampleForm(),
        "facts": FACTS,
        "checks": CHECKS,
        "table": TABLE,
        "nothing": Table([Column(_("Copies"))], []),
        "moments": MOMENTS,
        "path": [Link(OWNER, "#main"), NEXT, LAST],
        "picture": _picture(language),
        "page": Paginator(range(95), 10).page(2),
        "badges": [
            w
            for kind in (terms.HopState, terms.HandoffState, terms.ReportState, terms.PartyState)
            for w in kind
        ],
        "jobs": [
            Progress(
                "#main",
                Text("The report is being built: 3 of 7 sections", "正在生成报告：第3节，共7节"),
                43,
                running=False,
            ),
            Progress("#main", Text("The report is ready", "报告已生成"), running=False, tone="ok"),
        ],
        "receipt": Receipt(
            Text("Receipt of a handoff", "移交回执"),
            FACTS[:4],
            "witnessed",
            SHA,
            [Link(_("Download the receipt"), "#main")],
        ),
        "reason": ReasonForm(),
        "statement": '{"decision":"hop.approve","hop":"0193…","vote":"approve"}',
        "choices": [
            Choice("approve", Text("Approve and sign", "批准并签字"), "primary"),
            Choice("back", Text("Send back", "退回补正")),
            Choice("deny", Text("Refuse", "不批准"), "danger"),
        ],
        "answers": answers(good),
        "good": good,
    }
    return render(request, "style.html", context, status=422 if wrong else 200)
