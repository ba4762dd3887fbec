"""Words of printed registers."""

from __future__ import annotations

from custody.word import Word


class PrintedKind(Word):
    """Which register is printed."""

    CARRIERS = "carriers", "Register of copies held", "涉密载体台账"
    LOANS = "loans", "Register of loans", "借阅登记簿"
    COPYING = "copying", "Register of copying", "复制登记簿"
    RETURNS = "returns", "Register of returns", "归还登记簿"
    DESTRUCTION = "destruction", "Register of destruction", "销毁登记簿"
    LEARNT = "learnt", "Register of persons who learnt", "知悉人员登记簿"
    SUBCONTRACTS = "subcontracts", "Register of subcontracts", "分包登记簿"
