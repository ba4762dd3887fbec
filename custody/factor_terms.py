"""Words of what a person signs in with beside a password."""

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


class FactorDoubt(Word):
    """Why a sign-in was refused although the first step had passed, or needed none."""

    COUNTER = (
        "counter",
        "The key counted backwards: there may be a copy of it",
        "密钥计数倒退，可能存在复制品",
    )
    GUESSED = "guessed", "Too many wrong codes", "验证码多次输错"


class SessionEnd(Word):
    """How a session ended."""

    LEFT = "left", "Signed out", "已退出"
    EXPIRED = "expired", "Ran out", "已超时"
    OWNER = "owner", "Ended by its owner", "由本人终止"
    FACTOR = "factor", "Ways to sign in changed", "登录验证方式变更"
    PASSWORD = "password", "Password changed", "密码已更改"
    LEAVER = "leaver", "Its owner has left", "人员已离岗"
    ADMINISTRATOR = "administrator", "Ended by an administrator", "由系统管理员终止"
