"""The kinds of doubt about subcontract reports, each with its label and its sentence."""

from __future__ import annotations

from typing import Final

from custody.terms import Text, Word


class DoubtCode(Word):
    """What kind of thing is doubted; the label heads a list of doubts of this kind."""

    SUB_FOREIGN = "sub_foreign", "Foreign subcontractor", "境外分包方"
    SUB_BEFORE_PRIME = "sub_before_prime", "Subcontract dated before the contract", "分包日期早于主合同"
    FILED_LATE = "filed_late", "Report filed late", "逾期报告"
    FILED_BEFORE_AWARD = "filed_before_award", "Report filed before the award", "报告早于授予日期"
    TWO_SPELLINGS = "two_spellings", "One identifier, several spellings", "同一标识符多种名称写法"
    TWO_IDENTIFIERS = "two_identifiers", "One name, several identifiers", "同一名称多个标识符"
    REPORT_CONFLICT = "report_conflict", "Copies of a report differ", "同一报告的多份记录不一致"
    REPORT_REPEATED = "report_repeated", "Report repeated", "报告重复"
    SUB_OVER_PRIME = "sub_over_prime", "Subcontract larger than the contract", "分包金额大于主合同"
    SUBS_OVER_PRIME = "subs_over_prime", "Subcontracts sum to more than the contract", "分包合计大于主合同"
    SUBAWARD_AGAIN = "subaward_again", "One subcontract in several reports", "同一分包合同多次报告"
    CONTRACT_CONFLICT = "contract_conflict", "Reports differ on a contract", "各报告对主合同说法不一"
    CONTRACT_LACKS = "contract_lacks", "Contract cannot be compared", "主合同信息不全"
    PARENT_DIFFERS = "parent_differs", "Reports differ on the parent", "各报告对母公司说法不一"
    COUNTRY_DIFFERS = "country_differs", "Reports differ on the country", "各报告对国别说法不一"
    COUNTRY_UNKNOWN = "country_unknown", "Country not known", "国别不明"
    ALIAS_SHARED = "alias_shared", "Trade name of several parties", "多方共用的商号"
    SUB_IS_PRIME = "sub_is_prime", "Subcontract to oneself", "分包给自己"
    FIELD_VARIANT = "field_variant", "Field under another name", "字段名写法不同"
    PAGE_INCOMPLETE = "page_incomplete", "Only a part of the answer", "仅为应答的一部分"


READ_ALIKE: Final = Text(
    "Read under either field name they say the same, and are taken as one.",
    "按两种字段名读取后内容一致，合并为一份。",
)
LAST_TAKEN: Final = Text(
    "The one filed last is taken; a person should compare them.",
    "采用最后提交的一份，请人工核对。",
)
ON_CONTRACT: Final = Text("the contract", "主合同")
ON_CONTENT: Final = Text("what they report", "报告内容")

SENTENCES: Final[dict[DoubtCode, Text]] = {
    DoubtCode.SUB_FOREIGN: Text(
        "{who} is outside the United States: {place}. External provision needs an approval.",
        "{who} 位于美国境外：{place}。对外提供须经批准。",
    ),
    DoubtCode.SUB_BEFORE_PRIME: Text(
        "The subcontract to {who} is dated {awarded}, before its contract {piid} was signed on {signed}.",
        "给 {who} 的分包日期为 {awarded}，早于主合同 {piid} 的签订日期 {signed}。",
    ),
    DoubtCode.FILED_LATE: Text(
        "The report on {who} was due by {due} (the end of the month after the award) and was filed on"
        " {submitted}, {days:,} days late.",
        "关于 {who} 的报告应于 {due}（授予次月月底）前提交，实际于 {submitted} 提交，逾期 {days:,} 天。",
    ),
    DoubtCode.FILED_BEFORE_AWARD: Text(
        "The report on {who} was filed on {submitted}, before the award that it reports ({awarded}).",
        "关于 {who} 的报告于 {submitted} 提交，早于所报告的授予日期 {awarded}。",
    ),
    DoubtCode.TWO_SPELLINGS: Text(
        "Identifier {uei} stands with {count} spellings: {listed}. They are taken as one party.",
        "标识符 {uei} 有 {count} 种名称写法：{listed}。按同一主体处理。",
    ),
    DoubtCode.TWO_IDENTIFIERS: Text(
        "The name “{name}” stands with {count} identifiers: {listed}. They stay separate parties until a"
        " person joins them.",
        "名称“{name}”对应 {count} 个标识符：{listed}。在人工合并之前按不同主体处理。",
    ),
    DoubtCode.REPORT_CONFLICT: Text(
        "Report {number} stands {times} times (records {where}) and the copies differ on {what.en}, in the"
        " fields {fields}. {taken.en}",
        "报告 {number} 出现 {times} 次（记录 {where}），各份关于{what.zh}的写法不一致，"
        "涉及字段 {fields}。{taken.zh}",
    ),
    DoubtCode.REPORT_REPEATED: Text(
        "Report {number} stands {times} times, word for word (records {where}). It is taken once.",
        "报告 {number} 逐字重复 {times} 次（记录 {where}），只取一次。",
    ),
    DoubtCode.SUB_OVER_PRIME: Text(
        "The subcontract to {who} is reported at {amount}, more than its whole contract {piid} at {value}.",
        "给 {who} 的分包金额 {amount} 大于整个主合同 {piid} 的金额 {value}。",
    ),
    DoubtCode.SUBS_OVER_PRIME: Text(
        "The {count} reports on contract {piid} sum to {total}, more than the contract at {value}. Each"
        " subcontract counted once, at its highest amount: {once}.",
        "主合同 {piid} 的 {count} 份报告合计 {total}，大于主合同金额 {value}。"
        "每个分包合同按最高金额只计一次时为 {once}。",
    ),
    DoubtCode.SUBAWARD_AGAIN: Text(
        "Subcontract {number} to {who} stands in {count} reports, with the amounts {listed}. Each report is"
        " kept; a sum over them may count money twice.",
        "给 {who} 的分包合同 {number} 出现在 {count} 份报告中，金额为 {listed}。"
        "各份报告均保留，合计时可能重复计算。",
    ),
    DoubtCode.CONTRACT_CONFLICT: Text(
        "The reports on contract {piid} differ in: {listed}. What the last one filed says is taken.",
        "关于主合同 {piid} 的各份报告在以下方面不一致：{listed}。采用最后提交的一份。",
    ),
    DoubtCode.CONTRACT_LACKS: Text(
        "No report tells of contract {piid}: {listed}. Its subcontracts cannot be compared with it.",
        "各报告均未给出主合同 {piid} 的：{listed}，无法与其分包比较。",
    ),
    DoubtCode.PARENT_DIFFERS: Text(
        "The reports name several parents of {who}: {listed}. The last one filed is taken.",
        "各报告给出 {who} 的多个母公司：{listed}。采用最后提交的一份。",
    ),
    DoubtCode.COUNTRY_DIFFERS: Text(
        "The reports place {who} in several countries: {listed}. The last one filed is taken.",
        "各报告将 {who} 归于不同国家：{listed}。采用最后提交的一份。",
    ),
    DoubtCode.COUNTRY_UNKNOWN: Text(
        "The country of {who} is not told or is no ISO 3166 code ({listed}), so nobody can say whether it is"
        " foreign. Find out and record it.",
        "{who} 的国别缺失或不是 ISO 3166 代码（{listed}），无法判断是否境外，请查明并登记。",
    ),
    DoubtCode.ALIAS_SHARED: Text(
        "The trade name “{name}” is given for {count} subcontractors, so it is hardly theirs (often it is the"
        " prime's). It is not taken over.",
        "商号“{name}”被填给 {count} 个分包方，不太可能是其本名（多为主承包方的商号），未予采用。",
    ),
    DoubtCode.SUB_IS_PRIME: Text(
        "{who} is reported as its own subcontractor on contract {piid}.",
        "{who} 在主合同 {piid} 下被报告为自己的分包方。",
    ),
    DoubtCode.FIELD_VARIANT: Text(
        "The field {name} is written {written} in {count} record(s) ({where}); it is read as the same.",
        "字段 {name} 在 {count} 条记录（{where}）中写作 {written}，按同一字段读取。",
    ),
    DoubtCode.PAGE_INCOMPLETE: Text(
        "The file holds {records} records, page {page} of {pages}; the service has {total}. Import the other"
        " pages too.",
        "文件含 {records} 条记录，为第 {page} 页，共 {pages} 页；接口共有 {total} 条。请一并导入其余各页。",
    ),
}
