"""Events of the end of subcontracts and projects: work done, copies asked back, closed, and what stops below.

``above`` names the subcontract with which one below it took the same step, as the regime has it (rule
HOP-10); None where the step was its own, or that of its project.
"""

from custody.terms import Text

from .kind import event, keep


@event("hop.completed", 1, Text(en="The work of a subcontract was done.", zh="分包工作完成。"))
class HopCompleted:
    """Nothing more goes down the subcontract; copies come back up it."""

    hop: str = keep()
    above: str | None = keep()
    corrects: str = keep()
    was: str = keep()
    reason: str = keep()


@event("hop.closed", 1, Text(en="A subcontract was closed.", zh="分包已关闭。"))
class HopClosed:
    """The work is done and no copy is out."""

    hop: str = keep()
    above: str | None = keep()
    corrects: str = keep()
    was: str = keep()
    reason: str = keep()


@event("project.closed", 1, Text(en="The project was closed.", zh="项目结束。"))
class ProjectClosed:
    """Nothing new is passed on, registered or asked for in the project; no copy is out."""

    project: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event("copies.recalled", 1, Text(en="Copies were asked back.", zh="要求归还副本。"))
class CopiesRecalled:
    """The holders of copies are asked to give them back; custody moves by their returns alone.

    ``hop``: the subcontract below which they lie; None: all of the project that are out. ``state``: that of
    the hop from now on. At most 200 copies stand in one; further ones follow in the same act.
    """

    recall: str = keep()
    project: str = keep()
    hop: str | None = keep()
    state: str | None = keep()
    holders: list[str] = keep()
    copies: list[str] = keep()
    due: str | None = keep()
    person: str = keep()
    reason: str = keep()


@event("copies.recalled", 2, Text(en="Copies were asked back.", zh="要求归还副本。"))
class CopiesRecalledOfOne:
    """One holder is asked to give copies back; each holder of copies that are out is asked by itself.

    ``hop`` as before. ``system``: that off which they are to be taken; ``leaver``: the person who is to hand
    them over. With none of the three they are all of the project that are out with this holder.
    """

    recall: str = keep()
    project: str = keep()
    hop: str | None = keep()
    system: str | None = keep()
    leaver: str | None = keep()
    state: str | None = keep()
    holder: str = keep()
    copies: list[str] = keep()
    due: str = keep()
    person: str = keep()
    reason: str = keep()


@event("approval.suspended", 2, Text(en="The approval was suspended.", zh="批准被暂停。"))
class ApprovalSuspendedBelow:
    """The approval of a subcontract is suspended with that of one above it; lifted with it again."""

    approval: str = keep()
    hop: str = keep()
    above: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event("approval.lifted", 2, Text(en="The suspension of the approval was lifted.", zh="批准的暂停被解除。"))
class ApprovalLiftedBelow:
    """What was suspended with an approval above counts again with it."""

    approval: str = keep()
    hop: str = keep()
    above: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event("approval.revoked", 3, Text(en="The approval was found void.", zh="批准被认定无效。"))
class ApprovalFoundVoid:
    """The approval is revoked, and ``void_from`` is the day from which it turned out not to have counted."""

    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    corrects: str = keep()
    void_from: str = keep()
    reason: str = keep()


@event("approval.revoked", 2, Text(en="The approval was revoked.", zh="批准被撤销。"))
class ApprovalRevokedBelow:
    """The approval of a subcontract ends with that of one above it."""

    approval: str = keep()
    hop: str = keep()
    above: str = keep()
    person: str = keep()
    reason: str = keep()
