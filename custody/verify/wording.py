"""What the verifier says of a report, in both languages; the command's own words stand with the command."""

from __future__ import annotations

from custody.terms import Text

SEAL = Text("The seal", "封印")
TIME_OF_UNIT = Text(
    "When it was sealed is the unit's own word: no time authority has stamped the seal.",
    "封印时间为单位自述：封印没有时间戳机构的时间戳。",
)
LASTING = Text(
    "The lists that say that none of its certificates was revoked lie in the file (PAdES B-LT).",
    "证明其证书均未被吊销的列表附在文件中（PAdES B-LT）。",
)
STAMP_TAKEN = Text(
    "The pages say that an authority stamped the seal, and the seal has no stamp: it was taken out.",
    "页面称封印有时间戳机构的时间戳，而封印中没有：时间戳已被去除。",
)
STAMP_ADDED = Text(
    "The pages say that no authority stamped the seal, and the seal has a stamp: it was put in afterwards.",
    "页面称封印没有时间戳机构的时间戳，而封印中有：时间戳是事后加入的。",
)
EVIDENCE = Text("The evidence inside", "内附证据")
DECISIONS = Text("The decisions", "各项决定")
PAGES = Text("The pages", "页面内容")
ISSUE = Text("The issue", "出具")
ENTRIES = Text("The entries inside", "内附记录")
NO_HANDOFF = Text(
    "The entries inside are not the offer of a handoff and its acceptance.",
    "内附记录不是同一次移交的发起记录与签收记录。",
)
NAMES_STATED = Text(
    "Names of people and parties and codes of copies are stated by the site that sealed the file; the "
    "entries hold their identifiers.",
    "人员和单位名称、副本编号由封印本文件的系统陈述；记录中载有其标识符。",
)
BY_HAND = Text(
    "Receipts signed on paper before a witness, without an own sign-in of the receiver, which is weaker: "
    "{count}.",
    "接收人无本人账号、在见证人面前纸质签收的回执（效力较弱）：{count} 份。",
)

RECEIPT_SIGNED = Text(
    "The receiver signed the receipt with an own key, which another person had confirmed before; that the "
    "key had not ended is for a report to tell.",
    "接收人以本人密钥签署了本回执，该密钥此前已由他人确认；密钥当时是否已停用，须由报告证明。",
)

NO_TRUST = Text(
    "The trust folder cannot be used, so this was not judged. Ask the unit for its trust folder by another "
    "channel than this file.",
    "信任文件夹不可用，因此未作判断。请通过本文件以外的渠道向该单位索取信任文件夹。",
)
NO_CA = Text(
    "The trust folder holds no ca.pem, so the seal was not judged.",
    "信任文件夹中没有 ca.pem，因此未判断封印。",
)
NO_EVIDENCE = Text(
    "The report carries no evidence, so nothing it says can be checked.",
    "报告未附证据，其内容无法核对。",
)
NOT_READABLE = Text("The files inside the report cannot be read.", "报告内附的文件无法读取。")
MORE_FILES = Text(
    "The report carries a file that does not belong in it: {name}.", "报告附有不应有的文件：{name}。"
)
NOT_A_KIND = Text(
    "The file is neither a report, an evidence file nor a receipt, or its beginning is damaged.",
    "该文件既不是报告，也不是证据文件或凭证，或者文件开头已损坏。",
)
RERUN = Text(
    "Every decision in the evidence was run again from its facts and rules, and came out the same: {count}.",
    "证据中的每项决定均已按其事实和规则重新执行，结果相同：共 {count} 项。",
)
KEYS = Text(
    "The keys of {count} copies are those committed to when the copies were numbered, and every handoff of a "
    "copy is tagged with its key.",
    "{count} 份副本的密钥均与编号时的承诺相符，且副本的每次移交均以其密钥标记。",
)
KEY = Text(
    "The key given for copy {id} is not the one committed to when the copy was numbered.",
    "副本 {id} 的密钥与编号时的承诺不符。",
)
UNTAGGED = Text(
    "Entry {id} moves a copy without being tagged for it, so a search by that copy would miss it.",
    "记录 {id} 移动了副本却没有相应标记，按副本检索时会遗漏。",
)
NO_DECISIONS = Text("The evidence holds no decision to run again.", "证据中没有可重新执行的决定。")
DIFFERS = Text(
    "The decision of entry {id} does not follow from its facts and rules.",
    "记录 {id} 的决定不能由其事实和规则得出。",
)
NO_PACK = Text(
    "The rule pack of the decision in entry {id} is not in the evidence, so the decision was not run again.",
    "记录 {id} 的决定所用规则包不在证据中，因此未重新执行。",
)
UNPUBLISHED = Text(
    "The rule pack of the decision in entry {id} was not published in the ledger before that decision.",
    "记录 {id} 的决定所用规则包在该决定之前并未在账本中发布。",
)
NOT_YET = Text(
    "The rule pack of the decision in entry {id} did not count yet on the day of the act.",
    "记录 {id} 的决定所用规则包在操作当日尚未适用。",
)
PARTLY = Text(
    "The decision of entry {id} cannot be run again: some of what it rests on is withheld or erased.",
    "记录 {id} 的决定无法重新执行：其所依据的部分内容未披露或已删除。",
)
NEWER = Text(
    "The decision of entry {id} uses a rule or facts that this verifier does not know. Use a newer verifier.",
    "记录 {id} 的决定使用了本核验程序不认识的规则或事实格式。请使用更新的版本。",
)
AGAINST = Text(
    "Entry {id} went ahead although its own decision refused it.",
    "记录 {id} 在其自身决定拒绝的情况下仍然执行。",
)
LEFT_RULES = Text(
    "The decision of entry {id} leaves out rules that its rule pack sets for this act.",
    "记录 {id} 的决定遗漏了其规则包对此操作规定的规则。",
)
OTHER_ACT = Text(
    "The decision of entry {id} was taken on another act than the entry tells.",
    "记录 {id} 的决定所针对的操作与该记录所载不同。",
)
UNDECIDED = Text(
    "Entry {id} went ahead without a decision, which no act of its kind does.",
    "记录 {id} 没有决定即已执行，而此类操作均须有决定。",
)
WITHOUT_LEAVE = Text(
    "{count} decisions refused what had taken place on paper; each is told as done without leave.",
    "有{count}项决定拒绝了已以纸质方式办理的移交，均已记为未经许可。",
)
FROM_REGISTER = Text(
    "{count} requests were taken over from an old register although their decisions refuse them: each waits "
    "for an officer, and none counts as approved by that.",
    "{count} 项申请由旧登记簿接收，其判定为拒绝：各项均待审批人决定，接收本身不构成批准。",
)
NOT_REFUSED = Text(
    "Entry {id} calls itself a refusal, but its decision allowed the act.",
    "记录 {id} 自称被拒绝，但其决定为允许。",
)
VOTES = Text(
    "Every vote that is disclosed was cast on a statement that names this request, decision, facts and "
    "rules: {count}.",
    "所披露的每次表决均针对载明本申请、判定、事实和规则的声明作出：共 {count} 次。",
)
VOTE = Text(
    "The statement of the vote in entry {id} is not one on what the entry and its request say: {what}.",
    "记录 {id} 中表决所依据的声明与该记录及其申请不符：{what}。",
)
VOTE_FAULTS = {
    "statement_sha256": Text("the entry gives another SHA-256 of it", "记录所载的声明 SHA-256 不符"),
    "statement": Text("it cannot be read", "声明无法读取"),
    "approval": Text("it is on another request", "声明针对另一项申请"),
    "hop": Text("it is on another subcontract", "声明针对另一项分包"),
    "choice": Text("it says another choice", "声明的表决意见不同"),
    "person": Text("it names another officer", "声明载明的审批人不同"),
    "subject_sha256": Text("it is on other terms than were asked for", "声明针对的条件与申请内容不同"),
    "pack_sha256": Text("it names another rule pack than the decision", "声明所列规则包与决定所用不同"),
    "findings_sha256": Text("it names other findings of the rules", "声明所列规则检查结果不同"),
    "facts_sha256": Text("it names other facts", "声明所依据的事实不同"),
}
"""What a statement says otherwise than its entry and its request -> how that is told."""
SIGNED = Text(
    "Every signed vote that is disclosed bears the signature of its officer, by the key that the entry named "
    "in it confirmed: {count}.",
    "所披露的每次签名表决均有其审批人的签名，所用密钥由表决所指的记录确认：共 {count} 次。",
)
NOT_SIGNED = Text(
    "The signature of the vote in entry {id} does not count: {what}.",
    "记录 {id} 中表决的签名无效：{what}。",
)
KEY_UNKNOWN = Text(
    "The key of the signed vote in entry {id} is not in this file, so its signature was not checked.",
    "本文件不含记录 {id} 中签名表决所用的密钥，因此未核验其签名。",
)
FACTS = Text(
    "{count} facts on which decisions rest were compared with the entries that set them, and agree; {rest} "
    "cannot be compared here: what is added up over many records, what lies in other projects, and what is "
    "withheld.",
    "各项决定所依据的 {count} 项事实已与设定它们的记录比对，均一致；另有 {rest} 项无法在此比对："
    "由多条记录汇总的、属于其他项目的以及未披露的。",
)
FACT = Text(
    "The decision of entry {id} rests on what the entries before it do not say: “{field}” of {what}.",
    "记录 {id} 的决定所依据的“{field}”（{what}）与此前记录不符。",
)
FACT_LATER = Text(
    "The decision of entry {id} rests on {what} as entry {by} set it, which came only after the decision.",
    "记录 {id} 的决定依据了{what}由记录 {by} 设定的内容，而该记录在决定之后才产生。",
)
FACT_SINCE = Text(
    "The decision of entry {id} rests on {what} as entry {by} had set it, although entry {since} had set it "
    "anew before the decision.",
    "记录 {id} 的决定依据了{what}由记录 {by} 设定的内容，但决定之前记录 {since} 已重新设定。",
)
FACT_LOST = Text(
    "The decision of entry {id} rests on {what} as set by an entry that is not in the evidence: {by}.",
    "记录 {id} 的决定依据了{what}，而设定它的记录不在证据中：{by}。",
)
FACT_WITHHELD = Text(
    "The decision of entry {id} rests on what is withheld where it was set: “{field}” of {what}.",
    "记录 {id} 的决定所依据的“{field}”（{what}）在设定它的记录中未披露。",
)
FACTS_NEWER = Text(
    "The evidence holds kinds of entries that this verifier does not know, so facts were not compared with "
    "the entries that set them. Use a newer verifier.",
    "证据中有本核验程序不认识的记录类型，因此未将事实与设定它们的记录比对。请使用更新的版本。",
)
MORE = Text("{count} more of the same kind.", "同类问题另有 {count} 处。")
SIGNATURES = Text(
    "Every signature on an override, a destruction, a receipt, a key or a rule pack that is disclosed is by "
    "the person who acted, on what was done, by the key that the entry named in it confirmed: {count}.",
    "所披露的每个特批、销毁、签收、密钥确认或规则包启用的签名均由行为人本人作出，针对所办理的内容，"
    "所用密钥由其所指的记录确认：共 {count} 个。",
)
SIGNATURE_BAD = Text(
    "The signature in entry {id} does not count: {what}.",
    "记录 {id} 中的签名无效：{what}。",
)
SIGNATURE_OTHER = Text(
    "The signature in entry {id} is on something else than the decision beside it: {what}.",
    "记录 {id} 中的签名与其所附决定不符：{what}。",
)
SIGNATURE_FAULTS = {
    "statement_sha256": Text("the entry gives another SHA-256 of what was signed", "所载声明 SHA-256 不符"),
    "decision": Text("that is no decision that was signed", "该记录不是经签署的决定"),
    "act": Text("they are of two acts", "两者不属同一次操作"),
    "object": Text("it is on something else", "针对另一事项"),
    "choice": Text("it says another choice", "表决意见不同"),
    "person": Text("it names another person", "载明的表决人不同"),
    "reason": Text("it gives another reason", "所载理由不同"),
    "terms": Text("it is on other terms than were asked for", "针对的条件与申请内容不同"),
    "judged": Text("it names other rules, findings or facts", "所列规则包、检查结果或事实不同"),
}
"""What a signed statement says otherwise than the decision -> how that is told."""
SIGNER_UNKNOWN = Text(
    "The key of the signature in entry {id} is not in this file, so the signature was not checked.",
    "本文件不含记录 {id} 中签名所用的密钥，因此未核验该签名。",
)
SIGNED_ALONE = Text(
    "The decision that the signature in entry {id} is on is not in this file.",
    "本文件不含记录 {id} 中签名所针对的决定。",
)
SIGNATURE_AWAY = Text(
    "Entry {id} says that it was signed; its signature is not in this file.",
    "记录 {id} 自称已签名，但本文件不含其签名。",
)
OTHER_KIND = Text(
    "The signature in entry {id} is on a kind of decision that this program does not know.",
    "本程序不识别记录 {id} 中签名所针对的决定类型。",
)
LOTS = Text(
    "{count} random samples of regulators were drawn again and came out the same.",
    "{count} 次监管随机抽样经重新抽取，结果一致。",
)
LOT = Text(
    "The random sample in entry {id} is not what was to be drawn: {what}.",
    "记录 {id} 中的随机抽样与应有结果不符：{what}。",
)
LOT_FAULTS = {
    "asked": Text("no entry before it asked for it", "此前没有提出该抽样的记录"),
    "word": Text("its word is not the one that was recorded first", "密语与事先登记的不符"),
    "root": Text("the ledger did not have this root at this size", "账本在该规模下并非此根哈希"),
    "population": Text(
        "the copies that it was drawn from are not those that were there", "抽取范围与当时在册的副本不符"
    ),
    "drawn": Text("others come out", "重新抽取的结果不同"),
}
"""What is wrong with a sample that is drawn again -> how that is told."""
LOT_WITHHELD = Text(
    "The random sample in entry {id} cannot be drawn again: some of it is withheld.",
    "记录 {id} 中的随机抽样部分内容未披露，无法重新抽取。",
)
BATCHES = Text(
    "Of each batch of copies to be destroyed, request, approval, record, days and copies agree: {count}.",
    "各批销毁的申请、批准、登记、日期和副本均相互一致：{count} 批。",
)
BATCH = Text(
    "The destruction that entry {id} asked for is not in order: {what}.", "记录 {id} 申请的销毁有误：{what}。"
)
BATCH_FAULTS = {
    "asked": Text("no entry, or more than one, asked for it", "没有申请记录，或有多条申请记录"),
    "subject": Text(
        "the SHA-256 of what was asked is not that of its terms", "申请内容的 SHA-256 与其各项内容不符"
    ),
    "count": Text(
        "it names more or fewer copies than whoever asked has counted", "所列副本与申请人清点的份数不符"
    ),
    "numbered": Text("it names a copy that this project never numbered", "所列副本中有本项目从未编号的"),
    "approval": Text("the approval is of another batch, or of other terms", "批准的是另一批次或其他内容"),
    "unapproved": Text(
        "it was recorded as destroyed before anybody had approved it", "未经批准即登记为已销毁"
    ),
    "too_soon": Text("it was certified before it was recorded as destroyed", "登记销毁之前已登记证明"),
    "ended": Text("it was decided, ended or carried out more than once", "重复审批、终止或实施"),
    "copies": Text(
        "the copies that were destroyed are not those that were asked for", "销毁的副本与申请的副本不一致"
    ),
    "terms": Text(
        "it was carried out by another unit, in another way or for another holder than was approved",
        "实施单位、方式或交出单位与批准的不同",
    ),
    "day": Text(
        "its day is before the approval or after the entry, or the certificate is older than it",
        "销毁日期早于批准或晚于登记，或证明早于销毁",
    ),
    "judged": Text(
        "its day is another one than the rules were asked about", "销毁日期与规则检查时的日期不同"
    ),
    "twice": Text("one of its copies was destroyed by another batch too", "其中有副本又在另一批次中销毁"),
    "after": Text("one of its copies moved on after it was destroyed", "其中有副本在销毁之后又发生移动"),
}
BATCH_WITHHELD = Text(
    "The destruction in entry {id} cannot be compared step by step: some of it is withheld or erased.",
    "记录 {id} 中的销毁部分内容未披露或已删除，无法逐步核对。",
)
COUNTS = Text(
    "Of each stocktake, list, counts, result and the text that was signed agree: {count}.",
    "各次清点的清单、清点过程、结果和签署文本均相互一致：{count} 次。",
)
COUNT = Text(
    "The stocktake that entry {id} opened is not in order: {what}.", "记录 {id} 开始的清点有误：{what}。"
)
COUNT_FAULTS = {
    "opened": Text("it was opened or closed more than once", "重复开始或重复结束"),
    "list": Text(
        "its list is not the one that was frozen, by SHA-256 and number", "清单与锁定的不符（SHA-256 或份数）"
    ),
    "head": Text(
        "its list was read at a position of the stream that there was not", "清单所依据的序列位置不存在"
    ),
    "people": Text("somebody counted or signed who was not named for it", "清点人或签署人并非指定人员"),
    "order": Text(
        "something was counted after its end, or twice counted before a second count began",
        "结束后仍有清点，或复点开始之前已有复点记录",
    ),
    "listed": Text("it counted a line that is not on its list", "清点了清单上没有的条目"),
    "concluded": Text(
        "its result says otherwise of a copy than its counts", "结果与清点记录对同一副本的说法不同"
    ),
    "hidden": Text(
        "a copy that was not seen, or was found otherwise than listed, is left out of its result",
        "未见或与清单不符的副本未列入结果",
    ),
    "moved": Text(
        "a copy is said to have left that was there by the ledger", "称已移出的副本按账本仍在该单位"
    ),
    "counts": Text("the numbers of its result are not those of its lines", "结果的份数与各条目不符"),
    "result": Text("the SHA-256 of its result is not that of its lines", "结果的 SHA-256 与各条目不符"),
    "statement": Text(
        "the text that was signed is not the one that its list and result make", "签署文本与清单和结果不符"
    ),
    "settled": Text(
        "something was settled that was no difference, or another one", "处理的并非差异，或是另一项差异"
    ),
}
NOT_ABOUT = Text(
    "What the question asks about is not in the evidence, or is there more than once.",
    "证据中没有问题所指的对象，或有多个。",
)
COVERED = Text(
    "The evidence goes at least as far as every stream stood when the question was asked.",
    "证据至少覆盖提出问题时各序列的全部记录。",
)
ASKED = Text("What this report is", "本报告的性质")
IS_OF = Text("This is a report on {what}.", "本报告内容：{what}。")
LEAVES_OUT = Text("Not in it: {what}", "不涉及：{what}")
KIND_NEWER = Text(
    "This is a kind of report that this verifier does not know: {kind}. Use a newer verifier.",
    "本核验程序不认识此类报告：{kind}。请使用更新的版本。",
)
SILENT = Text(
    "Every entry of the project was tested for the copy's mark: of {count}, {marked} bear it and are open, "
    "and no other is about the copy.",
    "已逐条检验项目记录是否带有该副本的标记：{count} 条中 {marked} 条带有标记且已披露，其余均与该副本无关。",
)
MORE_ASKED = Text(
    "A report on one copy whose evidence answers other questions too: it reveals more than it should.",
    "本报告只涉及单份副本，其证据却另含其他申请，披露超出应有范围。",
)
NO_KEY = Text(
    "The evidence does not hold the key of the copy, so that nothing could be tested for its mark.",
    "证据中没有该副本的密钥，无法检验其标记。",
)
KEPT_BACK = Text(
    "Entry {id} bears the mark of the copy, and what it says is kept back.",
    "记录 {id} 带有该副本的标记，其内容却未予披露。",
)
PART_KEPT_BACK = Text(
    "Entry {id} bears the mark of the copy, and part of what it says of the copy is kept back.",
    "记录 {id} 带有该副本的标记，其中涉及该副本的部分内容未予披露。",
)
NOT_MARKED = Text(
    "Entry {id} is shown as one about the copy, and does not bear its mark.",
    "记录 {id} 被列为与该副本有关，却不带有其标记。",
)
NOT_NUMBERED = Text(
    "No entry with the mark of the copy numbers it: the key is not the copy's, or its beginning is hidden.",
    "没有任何带有该标记的记录为该副本编号：密钥并非该副本所有，或其起始记录被隐匿。",
)
NO_QUESTION = Text(
    "The evidence does not hold the question that a report answers.", "证据中没有报告所回答的问题。"
)
LEFT_OUT = Text(
    "A stream that the question named is left out of the evidence, or cut short: {name}.",
    "问题所指的某个序列未列入证据，或被截短：{name}。",
)
PAGES_SAME = Text(
    "The pages are, byte for byte, what this verifier prints from the evidence itself.",
    "页面与本核验程序由证据自行排印的结果逐字节一致。",
)
PAGES_OVERLAID = Text(
    "What the seal adds to the file is more than a seal: pages, files or properties were replaced before it "
    "was sealed. Do not rely on what the file shows.",
    "封印给文件添加的内容不止封印：页面、附件或属性在封印前已被替换。请勿采信文件所显示的内容。",
)
PAGES_OTHER = Text(
    "The pages are not what this verifier, {own}, prints from the evidence. The file says that {printed} "
    "printed them: check it with that version, or compare what matters with the evidence. What a file says "
    "of itself proves nothing.",
    "页面与本核验程序（{own}）由证据排印的结果不一致。文件自称由 {printed} 排印："
    "请用该版本核验，或对照证据核对要点。文件的自述不能作为证明。",
)
PAGES_ALTERED = Text(
    "The pages are not what this verifier, {own}, prints from the evidence, although the file says that the "
    "same version printed them. They may have been altered before sealing: compare what matters with the "
    "evidence.",
    "页面与本核验程序（{own}）由证据排印的结果不一致，而文件自称由同一版本排印。"
    "页面可能在封印前被改动：请对照证据核对要点。",
)
NO_PROGRAM = Text("a program that it does not name", "未注明的程序")
PAGES_NONE = Text(
    "The pages cannot be printed again from the evidence, so they were not compared.",
    "无法由证据重新排印页面，因此未作比较。",
)
NO_RECEIPT = Text(
    "Issue not checked: no receipt was given. Ask for the file that ends in .receipt.",
    "未核对出具：没有提供凭证。请索取以 .receipt 结尾的文件。",
)
UNUSED = Text(
    "The receipt was not looked at: it belongs beside a report, and this file is none.",
    "未核对所附凭证：凭证应与报告一并提供，而本文件不是报告。",
)
ISSUED = Text(
    "The ledger recorded the issue of exactly this file, by its SHA-256 and length.",
    "账本以 SHA-256 和长度记录了正是本文件的出具。",
)
NO_STAMP = Text("The receipt is of a time stamp, and holds none.", "凭证称载有时间戳，但其中没有。")
STAMPED_LATER = Text(
    "The receipt holds a time stamp of the file, by its SHA-256.", "凭证中载有对该文件 SHA-256 的时间戳。"
)
ISSUED_ANY = Text(
    "The receipt is of a report with the SHA-256 {sha256}; give the report too, to compare it.",
    "该凭证对应 SHA-256 为 {sha256} 的报告；请同时提供报告以作比较。",
)
OTHER_FILE = Text(
    "The receipt is of another file: SHA-256 or length is not that of this report.",
    "凭证属于另一文件：SHA-256 或长度与本报告不符。",
)
OTHER_REPORT = Text(
    "The receipt is of another report than the one that the evidence answers.",
    "凭证所属的报告不是本证据所回答的报告。",
)
OTHER_LOG = Text("The receipt comes from another log than the evidence.", "凭证与证据出自不同的日志。")
NOT_AN_ISSUE = Text(
    "The receipt is of another kind of entry than the issue of a report.", "凭证所属的记录不是报告出具记录。"
)
