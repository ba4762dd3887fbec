"""The five published stories, each blocked or exposed by named rules, and a sixth in order.

Where a story needs a rule that comes later, what is true already is shown and the rest is named as to come.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from custody import models as m
from custody.actions import field_permits, handoffs, projects, registers
from custody.stories import cast as people
from custody.stories import field
from custody.stories.missing import gone_missing
from custody.stories.told import Story, Told, approve, approved_hop, ask, offer
from custody.terms import ControlKind, PartyKind, Payment, Text


def discs_to_an_internet_computer(cast: people.Cast, project: m.Project) -> Told:
    """Story 1: classified maps are to go from discs to a computer on the internet, "for convenience"."""
    told = Told(
        Text("Maps copied to an internet-connected computer", "涉密图件拷入联网计算机"),
        project,
    )
    hop = approved_hop(cast, project, "westgate", "Sheet scanning 图幅扫描")
    copies = people.make_copies(cast, project, "DISC-A", 2)
    told.tried(
        "Two discs are to be read in on PC-113, which is on the internet",
        "拟将两张光盘读入联网计算机PC-113",
        offer(cast, hop, copies, "tao", "office_pc", purpose="Read in for convenience 图方便，读入办公电脑"),
        "SYS-01",
    )
    told.tried(
        "An item above the level of this installation is to be registered",
        "拟登记密级高于本系统核定密级的成果",
        projects.register_item(cast.actor("yu"), project=project.id, codename="TOP-1", level="juemi"),
        "SYS-01",
    )
    return told


def split_and_passed_on(cast: people.Cast, project: m.Project) -> Told:
    """Story 2: the job is split, repackaged and passed down to one man with a drone."""
    told = Told(
        Text("A job split and passed on to one man with a drone", "项目拆分转包，最终由个人无人机作业"),
        project,
    )
    hop = approved_hop(cast, project, "westgate", "Data processing 数据处理")
    told.tried(
        "Northfield wants to pass on 85 per cent, core work included",
        "北原拟将85%的工作量连同核心业务一并转出",
        ask(
            cast,
            project,
            "mei",
            "lakeside",
            "The whole survey 整体测绘",
            share=Decimal("85.00"),
            keeps_core=False,
        ),
        "HOP-03",
    )
    told.tried(
        "Northfield wants to pass on another 39 per cent, within the limit by itself",
        "北原拟再转出39%，单项未超过上限",
        ask(cast, project, "mei", "lakeside", "Field survey 外业测量", share=Decimal("39.00"), amount=None),
        "HOP-04",
    )
    told.tried(
        "Westgate wants to pass its part on to Harbour, which holds no certificate",
        "西关拟将所承部分再转给无资质的港湾",
        ask(cast, project, "tao", "harbour", "Part of the processing 部分处理", parent=hop),
        "QUA-01",
        "HOP-02",
    )
    told.tried(
        "Westgate wants one man to fly his drone over the sites",
        "西关拟请个人驾驶无人机航拍",
        ask(cast, project, "tao", "pilot", "Aerial pictures 航拍", parent=hop),
        "HOP-05",
        "QUA-01",
    )
    field.publish(cast)
    drone = field.drone(cast, "westgate", "WG-S2-1")
    asked = field.terms(cast, "westgate", "tao", drone)
    above = replace(asked, hop=hop.id, area=field.outline(*field.OVER_THE_DEPOT))
    permit = field.draft(cast.actor("tao"), project.id, above)
    told.tried(
        "Westgate asks to fly over an area that meets a sensitive zone",
        "西关申请飞行的范围与敏感区域相交",
        field_permits.submit(cast.actor("tao"), permit=permit.id),
        "FLD-02",
    )
    field_permits.change(cast.actor("tao"), permit=permit.id, terms=replace(asked, hop=hop.id))
    told.tried(
        "It asks for the fields beside the zone",
        "西关改为申请区域之外的农田",
        field_permits.submit(cast.actor("tao"), permit=permit.id),
    )
    told.tried(
        "An officer of Northfield approves the permit",
        "北原审批人批准该许可",
        field_permits.approve(cast.actor("heng"), permit=permit.id, reason="Off the zone 避开敏感区域"),
    )
    told.tried(
        "The man has flown all the same, with a drone from abroad, for Westgate",
        "该人仍使用境外无人机为西关完成飞行",
        field.flown(cast, project, hop=hop.id),
        "FLD-01",
    )
    return told


def lent_and_gone_missing(cast: people.Cast, project: m.Project) -> Told:
    """Story 3: confidential results are lent without approval and passed around, and one goes missing."""
    told = Told(
        Text("Results lent to a subordinate unit and passed around", "涉密成果出借下属单位后辗转流失"),
        project,
    )
    copies = people.make_copies(cast, project, "ATLAS", 3)
    told.tried(
        "The results are to be lent to the annex, which holds no certificate",
        "拟将成果借给无资质的分馆",
        ask(cast, project, "mei", "annex", "Lending of the atlas 图集出借"),
        "QUA-01",
    )
    held = ask(cast, project, "mei", "lakeside", "Lending of the atlas 图集出借")
    told.tried("Lending to Lakeside is asked for, not yet approved", "申请借给湖畔，尚未批准", held)
    told.tried(
        "The copies are to be handed over before anybody approved",
        "未经批准即拟移交副本",
        offer(cast, held.object, copies, "lan", "lakeside_room"),
        "HOP-01",
        "APR-01",
    )
    approve(cast, held.decision)
    lent = offer(cast, held.object, copies[:1], "lan", "lakeside_room")
    told.tried("Once approved, one copy is offered", "批准后移交一份副本", lent)
    handoffs.accept(cast.actor("lan"), handoff=lent.object.id)
    other = approved_hop(cast, project, "westgate", "Comparison 比对")
    told.tried(
        "Northfield wants to hand on a copy that Lakeside holds",
        "北原拟移交已由湖畔保管的副本",
        offer(cast, other, copies[:1], "tao", "westgate_room"),
        "HND-01",
    )
    gone_missing(cast, copies[0], told)
    return told


def foreign_client(cast: people.Cast, project: m.Project) -> Told:
    """Story 4: a foreign company orders "commercial research" through a qualified partner."""
    told = Told(
        Text("A foreign client behind a qualified partner", "境外客户假借有资质单位采集数据"),
        project,
    )
    partner = registers.register_party(
        cast.actor("mei"),
        kind=PartyKind.ORGANISATION,
        name=f"Ridge Photogrammetry Co. ({project.code})",
        other_name="山脊摄影测量有限公司",
        country="CN",
    ).object
    people.qualify(cast, partner.id, "A", f"DEMO-RIDGE-{project.code}")
    told.tried(
        "A project is to be opened whose ultimate client is Meridian Research",
        "拟立项，最终委托方为子午线研究公司",
        projects.open_project(
            cast.actor("mei"),
            code=f"{project.code}-CR",
            title="Commercial research 商业调研",
            regime=people.REGIME,
            level=people.LEVEL,
            owner_party=cast.party("northfield"),
            client_party=partner.id,
            ultimate_client_party=cast.party("meridian"),
            qualification_type="survey",
            qualification_grade="B",
            categories=["engineering"],
        ),
        "FOR-01",
    )
    registers.record_control(
        cast.actor("mei"), party=partner.id, controller=cast.party("meridian"), kind=ControlKind.CONTROLLER
    )
    told.tried(
        "Ridge, which Meridian controls by now, is to take a part",
        "拟分包给已由子午线实际控制的山脊公司",
        ask(cast, project, "mei", partner.id, "Photogrammetry 摄影测量"),
        "FOR-01",
    )
    told.tried(
        "Westgate's certificate is to cover work that Harbour does",
        "拟以西关的资质承接、实际由港湾作业",
        ask(cast, project, "mei", "westgate", "Image matching 影像匹配", performer=cast.party("harbour")),
        "QUA-07",
    )
    return told


def paid_collectors(cast: people.Cast, project: m.Project) -> Told:
    """Story 5: individuals are paid from abroad to collect at sensitive places."""
    told = Told(
        Text("Individuals paid to collect at sensitive places", "雇佣个人在敏感区域采集"),
        project,
    )
    told.tried(
        "A collector on his own is to take a part",
        "拟分包给个人采集者",
        ask(cast, project, "mei", "pilot", "Street-level collection 沿路采集"),
        "HOP-05",
        "QUA-01",
    )
    told.tried(
        "Meridian itself is to take a part",
        "拟分包给子午线研究公司",
        ask(cast, project, "mei", "meridian", "Street-level collection 沿路采集"),
        "FOR-01",
        "QUA-01",
    )
    told.tried(
        "He has collected all the same, paid in crypto currency, sending everything on live",
        "其仍进行采集，收取加密货币，并实时外传数据",
        field.flown(cast, project, uplink=True, payment=Payment.CRYPTO),
        "FLD-01",
        "FLD-02",
    )
    return told


def in_order(cast: people.Cast, project: m.Project) -> Told:
    """Story 6: a qualified party, an approved hop, three copies offered and accepted."""
    told = Told(Text("All in order: approved, handed over, accepted", "手续齐全：批准、移交、接收"), project)
    held = told.tried(
        "A subcontract to Westgate is asked for",
        "申请分包给西关",
        ask(cast, project, "mei", "westgate", "Vectorisation 矢量化"),
    )
    told.tried("An officer approves it", "审批人批准", approve(cast, held.decision))
    hop = m.Hop.objects.get(id=held.object.id)
    copies = people.make_copies(cast, project, "H-50-27-5", 3)
    offered = told.tried(
        "Three copies are offered", "移交三份副本", offer(cast, hop, copies, "tao", "westgate_room")
    )
    told.tried(
        "Wu Tao accepts them",
        "吴涛签收",
        handoffs.accept(cast.actor("tao"), handoff=offered.object.id, note="Seal intact 封条完好"),
    )
    return told


def left_waiting(cast: people.Cast, project: m.Project) -> None:
    """Leave something to do: a request for the officer, an offer for the recipient, copies to hand over."""
    hop = approved_hop(cast, project, "westgate", "Map finishing 地图整饰")
    copies = people.make_copies(cast, project, "H-50-28-1", 4)
    people.must(offer(cast, hop, copies[:2], "tao", "westgate_room", purpose="Finishing 整饰"), "done")
    people.must(ask(cast, project, "mei", "lakeside", "Field check 外业检核"), "held")


STORIES: tuple[Story, ...] = (
    discs_to_an_internet_computer,
    split_and_passed_on,
    lent_and_gone_missing,
    foreign_client,
    paid_collectors,
    in_order,
)
