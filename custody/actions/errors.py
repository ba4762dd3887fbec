"""Why an act was not done: what a person reads, in both languages."""

from __future__ import annotations

from custody.compare import Difference
from custody.terms import Text


class ActionError(Exception):
    """The act cannot be done as asked; nothing was changed. Carries what a person reads and the field it is
    about."""

    def __init__(self, text: Text, about: str = "") -> None:
        """Keep the sentence in both languages, and the name of the form field if there is one."""
        self.text, self.about = text, about
        super().__init__(text.en)


class NotPermitted(ActionError):
    """The person's roles do not allow the verb; answered as if the thing were not there where it is not
    visible."""

    def __init__(self, verb: str) -> None:
        """Name the verb for the log; the person reads a plain sentence."""
        self.verb = verb
        super().__init__(
            Text(
                en="Your role does not allow this. Ask your administrator which role you need.",
                zh="您的角色无权进行此操作。如需办理，请向管理员申请相应角色。",
            )
        )


class Busy(ActionError):
    """Three tries met other people's changes; nothing was changed. Answered with status 503."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="Others were changing the same records at this moment. Nothing was saved. "
                "Please try again.",
                zh="其他人员正在修改相同记录，本次未保存任何内容。请重试。",
            )
        )


class TooManyRefusals(ActionError):
    """More than 30 refused attempts in an hour; answered with status 429."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="You have made more than 30 refused attempts in the last hour. "
                "Further attempts are counted but not listed one by one. Try again in an hour.",
                zh="您在过去一小时内被拒绝的操作已超过30次。后续尝试只计数、不再逐条记录。请一小时后再试。",
            )
        )


class Frozen(ActionError):
    """The act rests on a record that does not say what the ledger says; answered with status 409."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="This rests on a record that does not agree with the ledger, so it is held. "
                "Nothing was saved but that you tried. Tell the administrator, who can see the record under "
                "Full checks.",
                zh="此操作涉及一条与账本不符的记录，已暂停办理；除记录本次尝试外，未保存任何内容。"
                "请告知管理员，该记录可在“全面核对”中查看。",
            )
        )


class Changed(ActionError):
    """The thing has moved on since the caller looked at it; answered with status 412 (RFC 9110, If-Match)."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="This has changed since you read it. Nothing was done. Read it again, then decide.",
                zh="该记录在您读取后已有变动，本次未作任何更改。请重新读取后再决定。",
            )
        )


class Edited(ActionError):
    """A table says something else than the ledger, so nothing is built on it."""

    def __init__(self, found: Difference, then: Text) -> None:
        """Name the place; ``then`` says what became of the act, and what to do."""
        super().__init__(
            Text(
                en=f"The table {found.table} says something else than the ledger (row {found.id}, "
                f"{found.column}). {then.en}",
                zh=f"表 {found.table} 与账本不一致（行 {found.id}，{found.column}）。{then.zh}",
            )
        )


class PackGone(ActionError):
    """The text of a rule pack in force is missing or edited; nothing was changed. Answered with 503."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="The text of the rule pack in force is not in the database as it was published, so "
                "nothing can be decided. Nothing was saved. Tell the administrator, who can bring it back "
                "(docs/operating.md, Regimes).",
                zh="数据库中现行规则包的文本缺失或与发布时不符，无法作出判定，未保存任何内容。"
                "请告知管理员恢复该文本（见 docs/operating.md 的 Regimes 一节）。",
            )
        )
