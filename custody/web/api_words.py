"""What the API says of itself, in Chinese: the sentences of the schema are docstrings, and keys here.

A sentence without its Chinese, or one that the schema no longer says, fails tests/web/test_api_page.py.
"""

from __future__ import annotations

from . import destruction_words
from .api_words_access import ACCESS
from .api_words_blanks import BLANKS
from .api_words_copying import CHINESE as COPYING
from .api_words_handovers import HANDOVERS
from .api_words_items import CHINESE as ITEMS
from .api_words_objections import OBJECTIONS
from .api_words_opening import OPENING
from .api_words_recalls import RECALLS
from .api_words_register_prints import REGISTER_PRINTS
from .api_words_results import RESULTS
from .api_words_samples import SAMPLES
from .api_words_signing import SIGNING

CHINESE: dict[str, str] = {
    # operations
    "List what ends between two days, as far as the caller may see it.":
        "列出两个日期之间到期的事项，以调用者可见者为限。",
    "One thing that ends: its last day, or the day by which it must be done; ask for it under its noun.":
        "一项到期事项：其截止日或应办理的日期；详情按其名称查询。",
    "What ends, by day; at most 2,000 of each kind.": "到期事项，按日期排列；每类最多2,000项。",
    "The first day.": "起始日。",
    "The last day, within two years of the first.": "截止日，距起始日不超过两年。",
    "Of one project.": "限于一个项目。",
    "Of one party.": "限于一个单位。",
    "Of one kind.": "限于一类。",
    "A rule that does not hold any more for what was allowed; ended when `ended_on` is a day.":
        "曾准许的事项中不再符合的规则；`ended_on` 有日期时表示已结束。",
    "Findings of the re-check; those that stand now by `?state=open`.":
        "复核发现的问题；用 `?state=open` 仅列出仍存在的。",
    "A person looked at an object, or at rows of a project or party, in the hour that begins at `hour`.":
        "某人在自 `hour` 起的一小时内查阅了某一对象，或项目、单位在列表中的记录。",
    "Looks at what belongs to another organisation than the reader's: for its owner, the house, and each for "
    "oneself.":
        "对其他单位事项的查阅记录：供所属单位、本单位及查阅者本人查看。",
    "Files that show certificates, consents, agreements and other papers.":
        "佐证资质证书、书面同意、协议及其他文件的电子件。",
    "A file that shows a paper, and what drawing its pages gave.": "佐证文件及其页面图像的生成情况。",
    "Attach a file to what it shows. The body is the file itself.":
        "为所佐证的记录上传文件；请求正文即文件本身。",
    "Take the file away; that is recorded before it goes out.": "下载文件；下载前先行记录。",
    "Take the image of one page, from 1; that is recorded before it goes out.":
        "获取一页的图像，页码自1起；获取前先行记录。",
    "SHA-256 of the file (RFC 9530); another file is refused.":
        "文件的SHA-256（RFC 9530）；与之不符的文件不予接收。",
    "Take the evidence file of your own last vote on this request, to keep.":
        "下载本人对该申请最近一次表决的证据文件，供本人留存。",
    "A subcontract of the same project that a request looks like.": "与该申请内容相近的同项目分包。",
    "A written consent to a subcontract; of one kind the latest counts.":
        "分包的书面同意；同类文件以最近登记的为准。",
    "An agreement on the clauses that flow down to a subcontract; the latest counts.":
        "分包应承接条款的协议；以最近登记的为准。",
    "What the giver of a subcontract passes on besides it, and altogether.":
        "发包方除该分包外另行分包的情况及累计比例。",
    "Record that the client or an authority consented to the subcontract in writing.":
        "登记委托方或主管部门对分包的书面同意。",
    "Record which clauses giver and receiver agreed, and when each signed.":
        "登记双方约定的条款及各方签署日期。",
    "Show what the giver passes on besides; for the giver and for who sees the whole project.":
        "查看发包方另行分包的情况；仅限发包方和可查看整个项目的人员。",
    "List subcontracts of the project that the request looks like; that alone bars nothing.":
        "列出项目中与该申请内容相近的分包；仅供参考，不构成阻止。",
    "A version of a rule pack; ``effective`` is the first day on which it counts, null for at once.":
        "规则包的一个版本；``effective`` 为适用起始日，null 表示立即适用。",
    "A version of a rule pack with its text, RFC 8785 JSON of the SHA-256 that decisions carry.":
        "规则包的一个版本及其文本（RFC 8785 JSON，其 SHA-256 记入各项判定）。",
    "One difference between two packs; ``rule`` is empty for what belongs to no rule.":
        "两个规则包之间的一处差异；不属于任何规则时 ``rule`` 为空。",
    "Put a pack in force; it counts from its effective day on.": "启用规则包，自其施行日起适用。",
    "Rule packs by which projects are judged; for the administrator.": "项目所适用的规则包；仅供管理员。",
    "Say what a version changes against another, rule by rule.": "逐条规则说明一个版本与另一版本的差异。",
    "Another version; without it the one before.": "另一版本；不填则为上一版本。",
    "Record a party's statement on the conditions of a contractor; not by a member of that party.":
        "登记单位关于承接涉密业务条件的声明；不得由该单位人员登记。",
    "Record that the party inspected itself.": "登记该单位已开展自查。",
    "Say what the request left open; what it said already is never changed by this.":
        "补充登记申请时未填写的内容；已填写的内容不因此改变。",
    "Add the reason of the person who was refused, once, within 24 hours.":
        "补充说明理由：由操作被阻止的本人填写，限一次，24小时内有效。",
    "Agree as sender that it was a mistake: custody goes back.": "移交方同意属误收：保管责任退回移交方。",
    "Ask for a report. Ask for its row again until it is ready.":
        "申请报告。请重复查询该报告，直至生成完毕。",
    "Ask for a subcontract; it is held for an officer. 409 when the rules refuse; that is recorded.":
        "申请分包，提交后待审批人决定。规则不允许时返回409，并记录在案。",
    "Certificates: recorded by one person, verified by another.": "资质证书：由一人登记，由另一人核验。",
    "Custody reports.": "保管链报告。",
    "Cut the certificate to a lower grade; it counts once somebody else has verified it at that.":
        "将资质证书降级；经他人按新等级核验后方予认可。",
    "Data items, by codename and hash.": "成果，以代号和哈希值登记。",
    "A data item; ``sources`` are the items it was made from that the caller sees, null when not known.":
        "一项成果；``sources`` 为调用方可见的来源成果，未知时为 null。",
    "The register of decisions, for officers, administrators and regulators, and for whoever voted.":
        "审批登记，供审批人、管理员、监管人员及参与表决者查阅。",
    "A line of the register of decisions: a request, what came of it, and the votes; ``own`` tells whether "
    "the caller voted on it.": "审批登记中的一行：申请、结果及各次表决；``own`` 表示调用者是否参与表决。",
    "What an officer said of a request, in the own right or in the place of another.":
        "审批人对申请的表决，本人表决或代他人表决。",
    "List the first 25 requests that wait: by deadline, then by the rank of their level.":
        "列出前25项待审批的申请：先按期限，再按密级高低。",
    "A request that waits for a decision; ``mine`` tells whether the caller can cast a vote that counts.":
        "一项待审批的申请；``mine`` 表示调用者能否投出有效表决。",
    "List the rules.": "列出全部规则。",
    "Show one rule, by its code.": "按代码查看一条规则。",
    "Say what the rules would say; nothing is recorded. Real things are of projects seen whole.":
        "规则试算，不作记录。所涉对象须属于调用者可查看全貌的项目。",
    "A rule in the version that new decisions are taken with; ``remedies`` by what can be wrong.":
        "规则的现行版本；``remedies`` 按问题列出处理方法。",
    "How a pack sets a rule.": "规则包对规则的设定。",
    "One thing that a rule looked at.": "规则所依据的一项内容。",
    "What one rule says in a trial, with what it looked at.": "试算中一条规则的判定及其依据内容。",
    "A fact that a trial may change: its path and its value, empty for what is not known.":
        "试算中可更改的一项事实：路径及取值，未知时为空。",
    "What the rules would say. ``members`` are the facts that can be changed, for who may see them.":
        "规则判定。``members`` 为可更改的事实，仅向有权查看者提供。",
    "Decide. Approving is refused with 409 when a rule bars it; that is recorded.":
        "作出审批决定。规则不允许批准时返回409，并记录在案。",
    "End a key at once.": "立即停用密钥。",
    "End the suspension; not by whoever recorded or corrected the certificate.":
        "解除暂停；不得由登记或更正该证书的人办理。",
    "Find copies, handoffs, parties, projects, items and people by number or name.":
        "按编号或名称查找副本、移交、单位、项目、成果和人员。",
    "Handoffs: offers of numbered copies and the receivers' answers.":
        "移交：编号副本的移交发起与接收方的答复。",
    "Keys with which programs act for oneself.": "程序代表本人操作所用的密钥。",
    "Let the person sign in. Without a password two people make a slip on the screens that opens it.":
        "为人员开通登录账号。未设密码的，由两人在页面上经办凭条启用。",
    "Let the person stand for a party in a role.": "授予该人员在某单位的角色。",
    "Lift the legal hold on the person; nobody lifts their own.":
        "解除对该人员的法定保全；本人不得解除针对自己的保全。",
    "List what rests on the certificate and would be called back. Nothing is recorded.":
        "列出以该证书为依据、应收回的事项，不作任何记录。",
    "Make a key. Its text is in this answer and never again.": "创建密钥。密钥全文只在本次答复中给出一次。",
    "Mark a notice as read.": "将通知标为已读。",
    "Note the day on which the subcontract was reported to the authority.": "登记分包报主管部门的日期。",
    "Numbered copies.": "编号副本。",
    "Offer copies by a leg. 409 with findings when the rules refuse; the attempt is recorded.":
        "按种类移交副本。规则不允许时返回409及核查结果，该次操作记录在案。",
    "One's own notices.": "本人的通知。",
    "Open a project. 409 when the rules refuse its level on this installation; that is recorded.":
        "立项。本系统不允许其密级时返回409，并记录在案。",
    "Parties, with their registration numbers.": "单位及其登记号码。",
    "People: colleagues, and for the house everyone.": "人员：本单位同事；项目承担单位可查看全部人员。",
    "Projects: work under one regime with a classification ceiling.":
        "项目：适用一个规则包、设有最高密级的工作。",
    "Record that the person was vetted; nobody records this of themselves.":
        "登记该人员的审查结果；本人不得为自己登记。",
    "Record the last secrecy training of the person; nobody records this of themselves.":
        "登记该人员最近一次保密培训；本人不得为自己登记。",
    "Record that the person signed the undertaking; nobody records this of themselves.":
        "登记该人员签署的保密承诺书；本人不得为自己登记。",
    "Record the last day of the person, or that they stay; nobody records this of themselves.":
        "登记该人员的离岗日期，或其不再离岗；本人不得为自己登记。",
    "Places on need-to-know lists, those that ended too.": "成果的知悉范围，含已终止的。",
    "Put a person on the need-to-know list of the item; nobody does so for themselves.":
        "将人员列入该成果的知悉范围；任何人不得为自己办理。",
    "Take the person off the list, from today on.": "自今日起将该人员移出知悉范围。",
    "Put the person under a legal hold: nothing known about them is erased while it stands.":
        "对该人员设置法定保全：保全期间，其个人信息不得删除。",
    "Put a wrong day of return right, or the day by which an open offer is to be answered.":
        "更正归还期限，或未答复移交的答复期限。",
    "Parties that look like barred ones; for the house and for regulators.":
        "疑似禁入单位；供本单位和监管人员查看。",
    "Say whether it is the same party; if it is, the party is barred at once.":
        "判定是否为同一单位；如是，该单位即时禁入。",
    "Record what else the party is or was called.": "登记单位的其他名称或曾用名。",
    "Record a registration number; its check digits are proved where the scheme has some.":
        "登记编号；该类编号有校验码的，予以校验。",
    "Change the standing of the party; a barred or closed one gets nothing handed over.":
        "变更单位状态；禁入或已注销的单位不得接收移交。",
    "Close the party as a duplicate of another; each keeps its history.":
        "将该单位作为重复登记关闭；两条记录各自保留历史。",
    "Hold the party against the newest lists of barred parties.": "将该单位与最新禁入名单比对。",
    "List the parties that may be the same, the likest first. Nothing is recorded.":
        "列出可能相同的单位，最相似者在前。不作记录。",
    "A party that looks like a line of a list; ``by`` is a scheme or which of its names was alike.":
        "与名单某行相似的单位；``by`` 为编号类别或相似的名称。",
    "What else a party is or was called.": "单位的其他名称或曾用名。",
    "A party; ``merged_into`` is the record that stays where it turned out to be a duplicate.":
        "单位；``merged_into`` 为重复登记时保留的记录。",
    "A party that may be the same; ``score`` is 0 to 100.": "可能相同的单位；``score`` 为0至100。",
    "Put a wrong name or citizenship right.": "更正姓名或国籍。",
    "Put a wrong name or country right; what was there before stays in the history.":
        "更正名称或国家；原内容保留在历史中。",
    "Put a wrong record of a system right; its kind and owner stay.":
        "更正系统的登记内容；类别和所属单位不变。",
    "Put a wrong record right; somebody else must verify it again.": "更正登记内容；更正后须由他人重新核验。",
    "Record a certificate; it counts once somebody else has verified it.": "登记资质证书；经他人核验后生效。",
    "Record who owns or controls the party.": "登记该单位的所有者或控制者。",
    "Refuse the copies with a reason; custody has not moved.": "说明理由并拒收副本；保管责任未转移。",
    "Record a test; a system that failed takes no copies until it has passed again.":
        "登记检测结果；检测未通过的系统在再次通过之前不得接收副本。",
    "Refused attempts.": "被拒绝的操作。",
    "Register a party.": "登记单位。",
    "Register a person.": "登记人员。",
    "Register a system.": "登记系统。",
    "Requests for approval, and the officers' decisions on them.": "审批申请及审批人的决定。",
    "Roles that people hold for parties.": "人员在各单位的角色。",
    "Run the rules on an offer without making it. Nothing is recorded.":
        "对拟发起的移交试行核查，不实际发起，也不作任何记录。",
    "Say as sender that it was no mistake: the receipt stands.": "移交方确认并非误收：接收仍然有效。",
    "Say how far an entry has come. Ids are random, and the answer tells nothing but the state.":
        "查询一条账本记录的进展。标识为随机数，答复只含状态。",
    "Say that a copy in doubt since a restore was counted and is where the record says.":
        "登记一份恢复后存疑的副本已经清点，确在登记的存放处。",
    "Say that the certificate did not stand up to the check.": "登记资质证书未通过核验。",
    "Say that the certificate was checked with its issuer.": "登记资质证书已向发证机关核验。",
    "Say that the copies were accepted by mistake; they stand still until the sender answers.":
        "说明属误收；移交方答复之前，副本不得移动。",
    "Say who calls.": "查询调用者身份。",
    "Show one row.": "查看一条。",
    "Show, for each choice, the exact statement that an officer would answer for, and the findings.":
        "按每种决定分别给出审批人将对之负责的确切文本，以及核查结果。",
    "Take the sealed receipt of a handoff that was signed. 202 while it is printed: ask again.":
        "下载已签收移交的签章回执；排印期间返回202，请稍后再取。",
    "How far a receipt is that was asked for.": "所申请回执的进度。",
    "Sign for the copies; custody moves now, unless they were only read. 409 when the rules refuse by "
    "now; that is recorded.":
        "签收副本，保管责任即时转移（仅供查阅的除外）。此时规则已不允许的，返回409，并记录在案。",
    "Stop the certificate from counting at once and for good.": "吊销资质证书，立即生效，不可恢复。",
    "Stop the certificate from counting at once, until it is reinstated, downgraded or revoked.":
        "暂停资质证书，立即生效，直至恢复、降级或吊销。",
    "Subcontract hops: own and below, or of projects seen whole.":
        "分包：本单位及其下级的分包；可查看项目全貌者为全部分包。",
    "A condition under which an approval was granted.": "批准所附的条件。",
    "Copies that receivers did not find in order; custody of them stayed with the senders.":
        "接收人发现异常的副本；其保管责任仍在移交方。",
    "A copy that a receiver did not find in order.": "接收人发现异常的副本。",
    "Say what became of the copy; once found or put right it may be offered again.":
        "记录该副本的处理结果；找到或更正后可再次移交。",
    "Conditions of approvals: shown to be met by those who ask, settled by an officer.":
        "审批条件：由申请方提交落实材料，由审批人处理。",
    "Confirm that a condition is met; not by who showed it or is concerned.":
        "确认条件已落实；提交材料者及利害关系人不得办理。",
    "Let a condition go; not by who showed it or is concerned.":
        "豁免条件；提交材料者及利害关系人不得办理。",
    "Say why what was shown is not enough; the condition is open again.":
        "说明材料不足的原因；条件恢复为未落实。",
    "Show that a condition is met; an officer has to confirm it.": "提交条件的落实材料，须由审批人确认。",
    "An override of a rule, bound to the SHA-256 of its statement; without a hop it is for all of the "
    "project's to that party.":
        "规则特批，绑定其文本的SHA-256；未指明分包的，适用于本项目对该单位的全部分包。",
    "By what a broken rule bars nothing: the override, the entry that set it last, and its last day.":
        "违反规则而未阻止操作的依据：特批、最近一次设定它的账本记录、截止日期。",
    "Overrides of rules, for those who see the project whole.": "规则特批，供可查看项目全貌者查阅。",
    "Ask for an override of a rule; others who are not concerned must agree.":
        "申请规则特批，须由其他无利害关系者同意。",
    "End an override at once; it covers nothing from then on.": "立即终止特批，此后不再适用。",
    "Confirm a deputy whom somebody else proposed.": "确认由他人提名的代理人。",
    "Delegate the own vote to another person of the party.": "委托本单位其他人员代为表决。",
    "End a delegation or a deputy at once; votes that were cast stand.":
        "立即终止委托或代理；已作出的表决仍然有效。",
    "Officers' votes in other hands, never handed on.": "审批人的表决委托，不得转委托。",
    "Propose a deputy for an absent officer; it counts once somebody else has confirmed it.":
        "为缺席的审批人提名代理人，经他人确认后生效。",
    "Who votes in an officer's place, on what and when; without a project on all of them.":
        "代审批人表决的人员、事项和期限；未填项目时适用于全部项目。",
    "Let a suspended approval count again; not by who asked for it or is a party to it.":
        "解除批准的暂停；申请人及当事单位人员不得办理。",
    "Put a subcontract up in other terms; it waits for a new decision. 409 when the rules refuse.":
        "变更分包，变更后须重新审批。规则不允许时返回409。",
    "Stop a granted approval at once, until it is lifted or revoked.": "暂停批准，立即生效，直至解除或撤销。",
    "What an officer limited an approval to: handoffs over its subcontract, and a last day.":
        "审批人对批准的使用限定：可移交次数和截止日期。",
    "An officer's opinion on a request, given without a vote.": "审批人就申请提出的意见，不计为表决。",
    "An officer passed the decision on to another one.": "审批人将申请转交其他审批人决定。",
    "What officers said of a request beside their votes; for who sees the whole project.":
        "审批人在表决之外就申请所作的表示；供可查看项目全貌者查阅。",
    "Show the opinions and referrals of a request, as far as the caller sees the whole project.":
        "查看申请的意见和转交情况，以调用者可查看项目全貌为限。",
    "Give an officer's opinion without voting; not by who asked for it or is a party to it.":
        "提出审批意见而不表决；申请人及当事单位人员不得办理。",
    "Pass the decision on to another officer, without whom it is not granted from then on.":
        "将申请转交其他审批人，此后未经其同意不予批准。",
    "Take a granted approval back, with effect at once.": "撤销已获批的审批，立即生效。",
    "Take a request back that no officer has decided.": "撤回审批人尚未决定的申请。",
    "Take a system out of use for good; 422 while copies are on it.":
        "永久停用系统；仍有副本存放其上时返回422。",
    "Say as sender that the copies were sent off, or put that right; custody stays with the sender.":
        "移交方登记副本已发出，或更正发出情况；保管责任仍在移交方。",
    "Say that what was sent off was lost on the way: an incident is opened, the copies are missing.":
        "登记已发出的副本途中丢失：随即报告事件，副本记为缺失。",
    "What was said of copies that were sent off.": "移交方所填的副本发出情况。",
    "Take an unanswered offer back; what was sent off only once it came back.": "撤回尚未答复的移交。",
    "Take the receipt that proves the issue of the PDF.": "下载证明该PDF已签发的回执。",
    "Take the sealed PDF.": "下载已签章的PDF。",
    "What regulators may read.": "监管人员可查阅的范围。",
    "Where copies are kept.": "副本的存放处。",
    # objects
    "A blocked attempt that was submitted, with the findings that bar it, as far as this reader may have them.":  # noqa: E501
        "已提交而被阻止的操作，附阻止它的核查结果（限查阅者有权获知的内容）。",
    "A certificate.": "资质证书。",
    "A handoff.": "移交。",
    "A notice: its kind, what it is about (`noun` and `object`), the day it is due, the days left then.":
        "通知：种类、所涉对象（noun和object）、到期日、通知时剩余天数。",
    "A numbered copy and who answers for it.": "编号副本及其保管责任人。",
    "A person; ``citizenships``, and ``hold``, the entry of a legal hold that stands, are shown to the house alone; vetting, training, undertaking and last day also to regulators and to the person.":  # noqa: E501
        "人员；国籍（citizenships）和现行法定保全的条目（hold）只向本单位显示；审查、培训、承诺书和离岗日期另向监管人员及本人显示。",
    "A person's place on the need-to-know list of an item; ``ended_on`` is null while it stands.":
        "人员在成果知悉范围中的登记；有效期间``ended_on``为null。",
    "A problem (RFC 9457), in the language asked for. A refusal by rules carries its findings.":
        "问题（RFC 9457），以所请求的语言给出。因规则不允许的，附核查结果。",
    "A registration number.": "登记号码。",
    "A report: how far it is, and once ready its size and hash.": "报告：生成进度；生成后给出大小和哈希值。",
    "A request for approval, bound to the SHA-256 of its subject.": "审批申请，与审批对象的SHA-256绑定。",
    "A role held today.": "今天担任的角色。",
    "A sign-in.": "登录账号。",
    "A subcontract hop.": "一级分包。",
    "A system; ``levels`` maps a regime's family to the level it is accredited for.":
        "系统；levels按规则包类别给出认定的最高密级。",
    "How far an entry has come: recorded, sealed, witnessed; its place in the log, and the log's size.":
        "账本记录的进展：已记录、已固化、已见证；在日志中的位置及日志长度。",
    "One thing that was found: ask for it under the noun's own address.":
        "查找到的一项：请到该类对象自己的地址查询。",
    "What a rule rests on.": "规则的依据。",
    "What an officer answers for, and what the rules say of it now.":
        "审批人对之负责的内容，以及目前的核查结果。",
    "What is wrong with one member of a request.": "请求中一个成员的错误。",
    "What one rule says, as far as this reader may have it.": "一条规则的结果（限查阅者有权获知的内容）。",
    "What rests on a certificate, as far as the caller may see it: how many, and the first 200 ids.":
        "以该证书为依据的事项，限调用者可见范围：数量，以及各类前200个标识。",
    "What the rules say of an offer; nothing is recorded.": "对拟发起移交的核查结果；不作记录。",
    "What was found, exact numbers first; `more` names the nouns of which not all is given.":
        "查找结果，编号完全相符者在前；more列出未全部给出的类别。",
    "Who calls, with the roles of today and the scopes of the key.":
        "调用者，及其今天的角色和密钥的权限范围。",
    "Who controls a party.": "单位的控制者。",
    "Ask the holders of all copies that are out at it or below to give them back.":
        "要求本分包及其下级的所有副本持有方归还副本。",
    "Ask the holders of all copies that are out to give them back.":
        "要求所有未收回副本的持有方归还副本。",
    "Close it. 409 while copies are out; that is recorded, and the findings say which.":
        "关闭分包。副本未收回时答复409并作记录，核查结果列明副本。",
    "Close the project with its subcontracts. 409 while copies are out; that is recorded.":
        "结束项目并关闭其分包。副本未收回时答复409并作记录。",
    "Say that the work is done: nothing more goes down, copies come back up. 409 when the rules refuse.":
        "登记完工：不再向下移交，副本沿分包归还。规则不允许时答复409。",
    "Requests for copies to be given back.":
        "归还副本的要求。",
    "Record the last day on which somebody owned or controlled the party.":
        "登记对该单位的持股或控制终止的最后一日。",
    "Record that the party has another name since a day. To put a wrong name right, correct it.":
        "登记单位自某日起更名。名称登记有误的，请使用更正。",
    "Record where the party is registered or takes its post.":
        "登记单位的注册地址或通信地址。",
    "Where a party is registered or takes its post, from when to when.":
        "单位的注册地址或通信地址及其起止日期。",
    "Ask for a visit; the rules allow it at once. 409 when they refuse; that is recorded.":
        "申请来访，规则即时判定。规则不允许时答复409并作记录。",
    "Record that the visitors left, and what they saw.":
        "登记来访人员离开及所见内容。",
    "Visits, exchanges and joint research.":
        "来访、交流与合作研究。",
    "A visit; ``guests`` are those who are not registered, null once erased.":
        "来访；guests为未登记的来宾，删除后为null。",
    # incidents
    "Report an incident: the clock to the authority starts with its ledger entry.":
        "报告事件：向主管部门报告的时限自该账本记录起算。",
    "A copy or a party that an incident holds; ``release_entry`` null: it still does.":
        "事件管控的副本或单位；``release_entry`` 为 null 表示仍在管控。",
    "An incident; ``noticed_at`` and ``notified_at`` are claimed, ``deadline`` and ``late`` are told from "
    "the ledger entries that started and stopped the clock. Without a clock they are null. Of copies and "
    "holds those that the caller may see.":
        "事件；``noticed_at`` 和 ``notified_at`` 为陈述时间，``deadline`` 和 ``late`` 由账本记录得出；"
        "未规定时限的为 null。副本和管控仅列调用者可见的。",
    "Incidents: reported at ``projects/{id}/incidents``, moved on here by who answers for the project.":
        "事件：在 ``projects/{id}/incidents`` 报告，由项目负责方在此处置。",
    "Put right what was reported; the clock does not move.": "更正报告内容；时限不变。",
    "Take the incident up.": "受理事件。",
    "Say what was done so that it goes no further.": "登记已采取的控制措施。",
    "Record that an authority was notified; the first stops the clock.":
        "登记已向主管部门报告；首次登记即停止计时。",
    "Say who looks into it, and how.": "登记调查人员和方式。",
    "Close the incident; never who reported it.": "结案；报告人本人不得结案。",
    "Say that it was a false alarm; never who reported it.": "认定为误报；报告人本人不得认定。",
    "Hold copies or a party until an officer releases them.": "管控副本或单位，直至审批人解除。",
    "Let go what the incident holds.": "解除事件的管控。",
    # stocktakes
    "Stocktakes: the list of what a party is to hold is frozen, counted twice, and the result signed.":
        "清点：锁定某单位应有副本的清单，清点两次，并签署结果。",
    "A stocktake; ``counts`` and ``lines_sha256`` are of its signed result. ``keeper`` is whose copies alone "
    "are counted, for a handover.":
        "清点；counts 和 lines_sha256 属于已签署的结果。keeper 为保管人交接时所清点副本的保管人。",
    "The RFC 8785 text that is signed, as it stands now; ``counts`` says how many are found how.":
        "签署的 RFC 8785 文本的当前内容；counts 为各种清点情况的份数。",
    "Show what would be signed now, or what was.": "显示当前待签署或已签署的内容。",
    "Freeze the list of what a party is to hold, and begin to count it.":
        "锁定某单位应有副本的清单，开始清点。",
    "Count up to 5,000 codes; each is judged at once.": "清点至多5000个编号，逐一即时判定。",
    "Begin the second count, of what was not seen.": "开始复点未见到的副本。",
    "Sign the result that was read; each difference is then settled on its own.":
        "签署已核对的结果；各项差异随后分别处理。",
    "Call a stocktake off; nothing counts as counted by it.": "取消清点，其记录不作为清点结果。",
    "Lines of stocktakes, one for each copy.": "清点记录，每份副本一条。",
    "One copy in a stocktake, expected or met while counting; a label that names no copy has none.":
        "清点中的一份副本，应有的或清点时遇到的；标签不对应任何副本时 copy 为空。",
    "Say what became of a difference; a missing copy that was found may be offered again.":
        "记录差异的处理结果；缺失的副本找到后可再次移交。",
    "What came of scans, one by one in their order; empty where they had been sent before.":
        "各次扫描的结果，按顺序逐一列出；重复发送时为空。",
    "What is said of one scan; ``line`` is null where nothing stands in the list for it.":
        "一次扫描的结果；没有对应记录时 line 为 null。",
    # parameters that no form has words for
    "A copy or handoff number, or part of a name, code or staff number.":
        "副本或移交编号，或名称、编号、工号的一部分。",
    "Answer once a signed (or witnessed) checkpoint covers the entry, or after ten seconds.":
        "待已签名（或已见证）的检查点涵盖该记录后答复，最多等待十秒。",
    "Do it only if the row is still as this ETag says.": "仅当该条仍与此ETag一致时执行。",
    "The same key and content again gives the first result.": "以相同的键和内容重发，得到首次的结果。",
    # field work
    "A drone, vehicle, logger or phone; a null registration is not known, an empty one is none.":
        "无人机、车辆、记录仪或手机；实名登记为 null 表示未知，为空表示没有。",
    "A field permit; ``area`` is GeoJSON, ``zones_met`` how many sensitive zones it meets "
    "(null: no list can be read), ``zones_consented`` how many authorities of those consented.":
        "外业采集许可；``area`` 为 GeoJSON，``zones_met`` 为涉及的敏感区域数（"
        "null 表示没有可用清单），``zones_consented`` 为其中已取得主管机关同意的数量。",
    "A zone authority's consent to the area of a permit; ``zone`` is its place in that list.":
        "敏感区域主管机关对许可范围的同意；``zone`` 为其在清单中的序号。",
    "A list of sensitive zones: how many, their hash, never their text.":
        "敏感区域清单：仅数量和摘要，不含内容。",
    "A flight or field day; ``findings`` names the rules that barred what was done.":
        "一次飞行或外业；``findings`` 为其违反的规则。",
    "Equipment with which ground is surveyed.": "用于测绘采集的设备。",
    "Register a drone, vehicle, logger or phone.": "登记无人机、车辆、记录仪或手机。",
    "Permits of field collection: drafted, submitted, approved by somebody who is not concerned.":
        "外业采集许可：起草、提交，由无利害关系的人员审批。",
    "Draft a permit; nothing is judged before it is submitted.": "起草许可；提交前不作判定。",
    "Put a draft in other terms.": "修改草稿。",
    "Submit a draft: the rules judge it, then it waits for an officer.":
        "提交草稿：先由规则判定，再等待审批。",
    "Approve exactly what has this digest.": "批准与该摘要完全一致的内容。",
    "Do not approve: it is a draft again.": "不予批准：退回为草稿。",
    "Take an approved permit back at once.": "立即撤销已批准的许可。",
    "Note that the field work under it is over.": "登记外业已结束。",
    "Record the consent of the authority of a zone that its area meets.": "登记所涉敏感区域主管机关的同意。",
    "Plan a flight or field day under it.": "依据该许可计划飞行或外业。",
    "Lists of sensitive zones; the newest counts.": "敏感区域清单；以最新一版为准。",
    "Put a new list of all sensitive zones in force.": "启用新的敏感区域清单。",
    "Flights and field days, and what came of them.": "飞行和外业及其成果。",
    "Record what was collected; what was done without leave is recorded too, as a finding.":
        "登记采集情况；未经许可的同样登记，并记为问题。",
    "Record that a plan was carried out.": "登记计划已执行。",
    "Name the items that came of it.": "登记由此产生的成果。",
    # labels, and who had what
    "Take labels for the copies of the item that the caller sees, as a PDF in the caller's language.":
        "获取本人可见副本的标签（PDF，采用请求的语言）。",
    "Somebody held a copy from `since` until `until` (null: still does), or read it on site then.":
        "某人自 `since` 至 `until`（null 表示仍在）保管副本，或当时现场查阅。",
    "Who had which copy: on a day of the site's calendar by `?on=`, at a moment by `?at=`.":
        "副本保管沿革：按本站日历的某日用 `?on=`，按某一时刻用 `?at=`。",
    **BLANKS,
    **ACCESS,
    **SIGNING,
    **REGISTER_PRINTS,
    **OPENING,
    **HANDOVERS,
    **RESULTS,
    **SAMPLES,
    **OBJECTIONS,
    **RECALLS,
    # sweeps
    "A sweep list: how many items are on it.": "检查清单：其中的成果数。",
    "Lists of keyed digests of all items, for the house alone.": "全部成果的加密摘要清单，仅供本单位使用。",
    "Make a list of the items of today.": "生成当日成果的清单。",
    "Take the list as a file for `python -m custody.sweep`.":
        "下载清单文件，供 `python -m custody.sweep` 使用。",
    "What a computer was looked through for, by that computer's clock; `unread` names the first 200.":
        "对一台计算机的检查（时间为该计算机时钟）；`unread` 列出前200项。",
    "Results of sweeps, for the house alone.": "检查结果，仅供本单位使用。",
    "Bring in a result; files of items that have no copy registered there become findings.":
        "导入检查结果；未在该处登记副本的成果文件记为问题。",
    "A file with the content of an item on a system where no copy of it is registered.":
        "系统上内容与成果一致、但未登记副本的文件。",
    "Files found where no copy is registered.": "在未登记副本处发现的文件。",
    "Say what became of the file.": "记录该文件的处理结果。",
    "Say what a review of its output came to.": "填写成果审查结论。",
}  # fmt: skip

CHINESE |= destruction_words.CHINESE | COPYING | ITEMS


def said(sentence: str, language: str) -> str:
    """Return a sentence of the schema in the language of the page; what has no Chinese stays as it is."""
    sentence = " ".join(sentence.split())
    return CHINESE.get(sentence, sentence) if language.startswith("zh") else sentence
