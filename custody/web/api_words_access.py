"""What the API says of access that is given and taken back, in Chinese; :mod:`custody.web.api_words` has the
rest."""

ACCESS: dict[str, str] = {
    "A role that a person holds for a party, between inclusive dates; ``ended_at`` is when it was ended at "
    "once, null where its last day alone counts.":
        "人员在某单位承担的角色，起止日期均含当日；``ended_at`` 为立即终止的时间，仅以止日为准时为null。",
    "A regulator's leave to read, between inclusive dates, one project, or all that a party owns, or all in "
    "a region (ISO 3166-2, empty where it is not of one); ``ended_at`` is when it was ended before its last "
    "day, null where it was not.":
        "监管人员的查阅许可，针对一个项目、某单位的全部项目或某地区的全部项目（ISO 3166-2，不按地区时为空），"
        "起止日期均含当日；``ended_at`` 为提前终止的时间，未提前终止时为null。",
    "Let a regulator read one project, or all of a party or region.":
        "准予监管人员查阅一个项目，或某单位、某地区的全部项目。",
    "A project; ``region`` is the ISO 3166-2 code of where it is done, empty where it is not recorded.":
        "项目；``region`` 为实施地区的ISO 3166-2代码，未登记时为空。",
    "Record in which region the project is done; it decides whose leave to read covers it.":
        "登记项目实施地区；哪些查阅许可适用于该项目由此决定。",
    "A key of one's own. ``key`` is its text, given once, when it is made; ``party`` is whom alone it acts "
    "for, null where it was made before keys were bound.":
        "本人的密钥。``key`` 为密钥全文，仅在创建时给出一次；"
        "``party`` 为该密钥唯一代表的单位，早期签发的为null。",
    "Close the sign-ins of the person; sessions, keys, passkeys that sign and slips end at once. Nobody "
    "closes their own.":
        "关闭该人员的登录账号；其会话、密钥、签署用通行密钥及凭条立即终止。不得关闭本人账号。",
    "Open the sign-ins of the person that were closed; what ended with them stays ended.":
        "重新开放该人员已关闭的登录账号；随关闭而终止的各项不予恢复。",
    "End the role: after a last day that is to come, or at once.": "终止角色：自指定的最后一日之后，或立即。",
    "A role, or a regulator's leave to read (a project, all that the party `owner` owns, or all in a "
    "`region`), as it was known at the end of the day; `given` and `ended_by` are entries; `sign_ins` is "
    "null for who is not of the house.":
        "角色或监管人员的查阅许可（一个项目、单位 `owner` 的全部项目或地区 `region` 的全部项目），"
        "以当日结束时所知为准；`given` 与 `ended_by` 为账本条目；"
        "非本单位人员查询时 `sign_ins` 为null。",
    "Who may do what: in force on a day of the site's calendar by `?on=`, else today.":
        "谁可办理什么事项：用 `?on=` 查询本站日历某日有效者，未指定则为当日。",
    "A sign-in, and whether it let its owner in.": "登录账号及其当时可否登录。",
    "End the leave to read, at once.": "立即终止查阅许可。",
}  # fmt: skip
