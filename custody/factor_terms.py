"""Words of what a person signs in with beside a password, and of how what they decide is bound to them."""

from __future__ import annotations

from custody.word import Word


class FactorKind(Word):
    """What somebody has or holds that a password thief does not."""

    PASSKEY = "passkey", "Passkey or security key", "通行密钥或安全密钥"
    TOTP = "totp", "Code app", "验证码应用"
    CODES = "codes", "Recovery codes", "恢复码"


class FactorEnd(Word):
    """Why a factor counts no more."""

    REMOVED = "removed", "Removed by its owner", "由本人移除"
    REPLACED = "replaced", "Replaced by its owner", "由本人更换"
    ENDED = "ended", "Ended by an administrator", "由系统管理员终止"
    ALONE = "alone", "Weaker: ended by one administrator alone", "较弱方式：由一名系统管理员单独终止"
    SLIP = "slip", "Ended with a slip of two people", "凭双人经办凭条终止"


class FactorDoubt(Word):
    """Why a sign-in was refused although the first step had passed, or needed none."""

    COUNTER = (
        "counter",
        "The key counted backwards: there may be a copy of it",
        "密钥计数倒退，可能存在复制品",
    )
    GUESSED = "guessed", "Too many wrong codes", "验证码多次输错"


class PinEnd(Word):
    """Why a counter PIN counts no more."""

    REMOVED = "removed", "Removed by its owner", "由本人移除"
    REPLACED = "replaced", "Replaced by its owner", "由本人更换"
    SLIP = "slip", "A slip was used", "已使用凭条"
    CLOSED = "closed", "The sign-in was closed", "登录账号已关闭"
    LEAVER = "leaver", "Its owner has left", "人员已离岗"


class SignOffDoubt(Word):
    """Why what came as an officer's signature is none."""

    FORM = "form", "It is not what a passkey answers", "不是通行密钥的应答"
    STATEMENT = "statement", "The statement is not one that can be signed", "声明内容不符合签署格式"
    PERSON = "person", "The key is another person's", "密钥属于他人"
    SITE = "site", "It was given to another page or site", "签署的页面或网站不符"
    KEY = "key", "It comes from another key, or from one that cannot sign", "密钥不符，或不能用于签署"
    CHALLENGE = "challenge", "It answers another question than this statement", "应答的不是本声明"
    OWNER = "owner", "The key did not see its owner", "密钥未验证持有人本人"
    SIGNATURE = "signature", "The signature does not fit", "签名不符"
    NOT_CONFIRMED = "not_confirmed", "The key is not confirmed for signing", "密钥尚未经确认用于签署"
    REVOKED = "revoked", "The key signs no more", "密钥已停止用于签署"
    COUNTER = (
        "counter",
        "The key counted backwards: there may be a copy of it",
        "密钥计数倒退，可能存在复制品",
    )
    EXPIRED = "expired", "The statement waited too long for its signature", "声明等待签署超时"
    USED = "used", "This statement was signed before", "该声明已签署过"
    UNSIGNED = "unsigned", "This site counts signed approvals only", "本站仅认可经签名的批准"
    OWN_KEY = "own_key", "Whoever has a key that signs signs this with it", "持有可签署密钥者须用其签署"
    NO_CERTIFICATE = (
        "no_certificate",
        "The certificate of the signer is not in the file",
        "文件中没有签名人的证书",
    )
    RUN_OUT = "run_out", "The certificate is not valid today", "证书今日无效"
    WEAK = "weak", "It is made with a key or algorithm that is too weak", "所用密钥或算法强度不足"
    SAME_KEY = "same_key", "This key has signed for somebody else", "该密钥曾为他人签署"


class KeyForm(Word):
    """What signs decisions."""

    PASSKEY = "passkey", "Passkey", "通行密钥"
    CERTIFICATE = "certificate", "Smart card or token", "智能卡或USB密钥"


class SignedType(Word):
    """What a passkey signs: each in a statement of its own form, under a tag of its own."""

    APPROVAL = "approval", "Vote on a subcontract", "分包表决"
    OVERRIDE = "override", "Vote on an override", "特批表决"
    DESTRUCTION = "destruction", "Approval of a destruction", "销毁批准"
    RECEIPT = "receipt", "Receipt of a handoff", "移交签收"
    KEY = "key", "Confirming of a key", "密钥确认"
    PACK = "pack", "Rule pack put in force", "规则包启用"


class SigningKeyState(Word):
    """Life of a passkey as one that signs decisions."""

    ASKED = "asked", "To be confirmed", "待确认"
    CONFIRMED = "confirmed", "Signs decisions", "可签署决定"
    ENDED = "ended", "Signs no more", "已停止签署"


class SigningKeyEnd(Word):
    """Why a passkey signs no more decisions."""

    OWNER = "owner", "Ended by its owner", "由本人终止"
    FACTOR = "factor", "It no longer signs its owner in", "已不再用于登录"
    REVOKED = "revoked", "Revoked by an officer or administrator", "由审批人或系统管理员撤销"
    CLOSED = "closed", "The sign-in was closed", "登录账号已关闭"
    LEAVER = "leaver", "Its owner has left", "人员已离岗"


class SessionEnd(Word):
    """How a session ended."""

    LEFT = "left", "Signed out", "已退出"
    EXPIRED = "expired", "Ran out", "已超时"
    OWNER = "owner", "Ended by its owner", "由本人终止"
    FACTOR = "factor", "Ways to sign in changed", "登录验证方式变更"
    PASSWORD = "password", "Password changed", "密码已更改"
    LEAVER = "leaver", "Its owner has left", "人员已离岗"
    ADMINISTRATOR = "administrator", "Ended by an administrator", "由系统管理员终止"
    SLIP = "slip", "A slip was used", "已使用凭条"
    CLOSED = "closed", "The sign-in was closed", "登录账号已关闭"


class SignInMeans(Word):
    """What a session began with."""

    PASSWORD = "password", "Password", "密码"
    PASSWORD_FACTOR = "password_factor", "Password and second factor", "密码加第二验证方式"
    PASSKEY = "passkey", "Passkey alone", "仅通行密钥"
    PROVIDER = "provider", "Sign-in provider", "统一身份认证"
    PROVIDER_FACTOR = (
        "provider_factor",
        "Sign-in provider and second factor",
        "统一身份认证加第二验证方式",
    )


class IdentityState(Word):
    """Life of an account at the sign-in provider as one that signs somebody in."""

    PROPOSED = "proposed", "To be confirmed", "待确认"
    LINKED = "linked", "Signs in", "可登录"
    ENDED = "ended", "Signs nobody in", "不可登录"


class IdentityEnd(Word):
    """Why an account at the sign-in provider signs nobody in, or never did."""

    ENDED = "ended", "Ended by an administrator", "由系统管理员终止"
    REPLACED = "replaced", "Replaced by an administrator", "由系统管理员更换"
    WITHDRAWN = "withdrawn", "Withdrawn by whoever proposed it", "由申请人撤回"
    REFUSED = "refused", "Refused by an officer or administrator", "未获审批人或系统管理员确认"


class IdentityDoubt(Word):
    """Why somebody whom the provider knows was not let in."""

    UNKNOWN = "unknown", "The account belongs to nobody here", "该账号未关联本站任何人员"
    UNTOLD = "untold", "The ledger tells nothing of this account", "账本中没有该账号的关联记录"
    INACTIVE = "inactive", "The sign-in is closed", "登录账号已停用"
    LEFT = "left", "The person's last day is over", "人员已离岗"


class FirstPassword(Word):
    """How a sign-in was given: who knows its first password."""

    SLIP = "slip", "Without a password: a slip of two people opens it", "未设密码，凭双人经办凭条启用"
    KNOWN = (
        "known_to_administrator",
        "Weaker: one administrator typed the first password and knows it",
        "较弱方式：初始密码由一名系统管理员设定并知悉",
    )
    SETUP = "setup", "By whoever owns the machine", "由本机管理者开通"


class SlipPurpose(Word):
    """What a slip lets its holder do, once."""

    INVITATION = "invitation", "First password of a new sign-in", "新账号设置初始密码"
    PASSWORD = "password", "Forgotten password", "忘记密码"
    FACTOR = "factor", "Lost second factor", "第二验证方式遗失"


class SlipState(Word):
    """Life of a slip."""

    ASKED = "asked", "To be confirmed", "待确认"
    CONFIRMED = "confirmed", "Can be used", "可使用"
    USED = "used", "Used", "已使用"
    ENDED = "ended", "Ended unused", "未使用即终止"


class SlipHalf(Word):
    """Whose half of a slip."""

    FIRST = "first", "First half", "第一联"
    SECOND = "second", "Second half", "第二联"


class SlipEnd(Word):
    """Why a slip ended unused."""

    REPLACED = "replaced", "Another was asked for", "已另行申请"
    OWNER = "owner", "Ended by the person whose sign-in it is for", "由账号本人终止"
    REVOKED = "revoked", "Ended by an officer or administrator", "由审批人或系统管理员终止"
    GUESSED = "guessed", "Too many wrong tries", "多次输错"
    LEAVER = "leaver", "The person has left", "人员已离岗"
    CLOSED = "closed", "The sign-in was closed", "登录账号已关闭"


class SlipDoubt(Word):
    """Why a slip was refused."""

    WRONG = "wrong", "A code is wrong", "代码错误"
    EXPIRED = "expired", "It has run out", "已过期"
    USED = "used", "It was used already", "已被使用"
    ENDED = "ended", "It was ended", "已终止"
    PURPOSE = "purpose", "It is for something else", "用途不符"
    GONE = "gone", "The sign-in is shut, or the person has left", "账号已关闭或人员已离岗"
    ASKER = "asker", "Whoever asked for it wanted to confirm it", "申请人试图自行确认"
    OWN = "own", "The person whose sign-in it is for wanted to confirm it", "账号本人试图确认"


class SignInThen(Word):
    """Whether a sign-in let its owner in."""

    OPEN = "open", "Open", "开放"
    CLOSED = "closed", "Closed", "已关闭"
    LEFT = "left", "Its owner had left", "人员已离岗"
    ERASED = "erased", "Erased since then", "此后已删除"


class VoteMethod(Word):
    """How strongly a vote, or a receipt at a counter, is bound to its person; printed beside it."""

    PASSKEY = "passkey", "Signed with a passkey", "已用通行密钥签名"
    CERTIFICATE = "certificate", "Signed with a smart card", "已用智能卡签名"
    CODE = "password_code", "Password and one-time code: not signed", "密码和一次性验证码：未签名"
    PASSWORD = "password", "Password only: not signed", "仅凭密码：未签名"
    PIN_CODE = "pin_code", "Counter PIN and one-time code: not signed", "柜台PIN码和一次性验证码：未签名"
    PIN = "pin", "Counter PIN only: not signed", "仅凭柜台PIN码：未签名"

    @property
    def signs(self) -> bool:
        """Return whether the vote bears a signature."""
        return self in {VoteMethod.PASSKEY, VoteMethod.CERTIFICATE}


SIGNED = frozenset(str(method) for method in VoteMethod if method.signs)
"""Methods of votes that bear a signature."""
