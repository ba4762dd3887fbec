"""The decision page in two minutes: what is asked, what speaks against it, what follows, what is signed."""

from __future__ import annotations

from django.urls import reverse

from custody import models as m
from custody.terms import IncidentState, QualificationState

from .scene import Scene
from .test_decision import about, url, vote


def short(scene: Scene, who: str, language: str = "en") -> str:
    html = scene.client(who, language).get(url(scene)).content.decode()
    title = "In short" if language == "en" else "摘要"
    assert f"<h2>{title}</h2>" in html
    return html.split(f"<h2>{title}</h2>")[1].split("</section>")[0]


def test_it_says_first_who_asks_for_what_and_what_either_answer_does(scene: Scene) -> None:
    page = scene.client("heng").get(url(scene)).content.decode()
    assert page.index("In short") < page.index("Chain if approved") < page.index("Your decision")
    said = short(scene, "heng")
    assert "asks that Northfield Survey Institute pass “Checking” on to Lakeside Mapping Ltd" in said
    assert "It counts at once" in said and "The request ends" in said
    chinese = short(scene, "heng", "zh-hans")
    assert "即时生效" in chinese and "湖畔测绘有限公司" in chinese


def test_incidents_of_the_receiver_that_have_not_ended_stand_among_what_speaks_against_it(
    scene: Scene,
) -> None:
    about(scene, "lakeside")
    said = short(scene, "heng").split("What speaks against it")[1].split("If you approve")[0]
    assert "1 incident of the receiving party has not ended: read it below" in said
    chinese = short(scene, "heng", "zh-hans")
    assert "承接单位有1起安全保密事件尚未办结" in chinese
    about(scene, "lakeside")
    assert "2 incidents of the receiving party have not ended" in short(scene, "heng")
    m.Incident.objects.update(state=IncidentState.CLOSED)
    assert "not ended" not in short(scene, "heng")


def test_what_warns_and_what_bars_is_named_before_anything_else(scene: Scene) -> None:
    assert (
        "Warning: Lakeside Mapping Ltd holds another subcontract of the same giving party already."
        in short(scene, "heng")
    )
    m.Qualification.objects.filter(party=scene.cast.party("lakeside")).update(
        state=QualificationState.REVOKED
    )
    said = short(scene, "heng")
    assert "Bars it: " in said and "(QUA-01)" in said and "You cannot: a check bars it." in said


def test_it_names_the_client_and_the_certificates_with_who_checked_each(scene: Scene) -> None:
    said = short(scene, "heng")
    assert "Lanhe Natural Resources Bureau" in said
    paper = m.Qualification.objects.get(party=scene.cast.party("lakeside"))
    assert paper.verified_by is not None
    assert f"no. {paper.number}, until {paper.valid_to}: " in said
    assert f"checked by {paper.verified_by.name} on {paper.verified_on}" in said
    m.Qualification.objects.filter(id=paper.id).update(
        state=QualificationState.SUBMITTED, verified_by=None, verified_on=None
    )
    assert "No file is attached" in said and "to be decided by" in said
    unchecked = short(scene, "heng", "zh-hans")
    assert f"编号{paper.number}" in unchecked and "核实" not in unchecked


def test_what_the_same_party_has_stands_first_and_is_added_up(scene: Scene) -> None:
    page = scene.client("heng").get(url(scene)).content.decode()
    beside = page.split("What the giver passes on besides")[1].split("</table>")[0]
    assert "The same party has besides" in short(scene, "heng")
    own = ["Lakeside Mapping Ltd" in row for row in beside.split("<tbody")[1].split("<tr ")[1:]]
    assert own[0] and own == sorted(own, reverse=True)
    assert f"Lakeside Mapping Ltd has {sum(own) + 1} of these parts" in beside


def test_what_must_be_named_stands_with_its_words_and_refusing_is_no_smaller(scene: Scene) -> None:
    page = scene.client("heng").get(url(scene)).content.decode()
    passed_over = page.split("against this.")[1].split("Your decision")[0]
    assert "HOP-04" in passed_over and "holds another subcontract of the same giving party" in passed_over
    buttons = page.split("Your decision")[1]
    assert 'class="btn plain" name="choice" value="approve_against_advice"' in buttons
    assert 'class="btn danger" name="choice" value="deny"' in buttons


def test_the_first_of_two_learns_that_it_waits_for_another(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    assert "waits for another officer" in short(scene, "heng")
    assert vote(scene, "heng").status_code == 302
    assert "It counts at once" in short(scene, "qiao")


def test_it_is_there_for_who_decides_and_while_it_waits(scene: Scene) -> None:
    assert "In short" not in scene.client("mei").get(url(scene)).content.decode()
    granted = m.Approval.objects.get(hop=scene.westgate)
    page = scene.client("heng").get(reverse("approval", args=[granted.id])).content.decode()
    assert "In short" not in page


def test_checks_that_passed_are_folded_under_their_number(scene: Scene) -> None:
    html = scene.client("heng").get(url(scene)).content.decode()
    assert "Nothing blocks this." in html
    folded = html.split("checks passed</summary>")[1]
    assert "APR-02" in folded and "HOP-04" not in folded.split("</details>")[0].replace("APR", "")
