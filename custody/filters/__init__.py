"""What lists can be asked: one set of questions per noun, the same on the screens and in the API."""

from .access import AccessFilter
from .approvals import ApprovalFilter
from .blanks import BlankReceiptFilter, PaperHandoffFilter
from .conditions import ConditionFilter
from .copies import CopyFilter, ItemFilter, ItemProposalFilter
from .copying import CopyPermitFilter
from .decided import DecidedFilter
from .delegations import DelegationFilter
from .destructions import DestructionFilter
from .discrepancies import DiscrepancyFilter
from .evidence_files import EvidenceFileFilter
from .field import CollectionFilter, EquipmentFilter, FieldPermitFilter
from .handoffs import HandoffFilter
from .handovers import HandoverFilter, HandoverLineFilter
from .holdings import HoldingFilter
from .hops import HopFilter
from .lapses import LapseFilter
from .looks import LookFilter
from .objections import ObjectionFilter
from .opening import HopTakenOverFilter, OpeningFindingFilter, OpeningLineFilter, OpeningRegisterFilter
from .overrides import OverrideFilter
from .parties import PartyFilter, QualificationFilter
from .people import GrantFilter, MembershipFilter, PersonFilter, SystemFilter
from .projects import ProjectFilter
from .refusals import RefusalFilter
from .register_prints import RegisterPrintFilter
from .reports import ReportFilter
from .samples import SampleFilter, SampleLineFilter
from .signing import SigningKeyFilter
from .slips import SlipFilter
from .stocktakes import StocktakeFilter, StocktakeLineFilter
from .sweeps import StrayFilter, SweepFilter
from .votes import OverrideVoteFilter, VoteFilter
from .without_paper import WithoutPaperFilter

__all__ = [
    "AccessFilter",
    "ApprovalFilter",
    "BlankReceiptFilter",
    "CollectionFilter",
    "ConditionFilter",
    "CopyFilter",
    "CopyPermitFilter",
    "DecidedFilter",
    "DelegationFilter",
    "DestructionFilter",
    "DiscrepancyFilter",
    "EquipmentFilter",
    "EvidenceFileFilter",
    "FieldPermitFilter",
    "GrantFilter",
    "HandoffFilter",
    "HandoverFilter",
    "HandoverLineFilter",
    "HoldingFilter",
    "HopFilter",
    "HopTakenOverFilter",
    "ItemFilter",
    "ItemProposalFilter",
    "LapseFilter",
    "LookFilter",
    "MembershipFilter",
    "ObjectionFilter",
    "OpeningFindingFilter",
    "OpeningLineFilter",
    "OpeningRegisterFilter",
    "OverrideFilter",
    "OverrideVoteFilter",
    "PaperHandoffFilter",
    "PartyFilter",
    "PersonFilter",
    "ProjectFilter",
    "QualificationFilter",
    "RefusalFilter",
    "RegisterPrintFilter",
    "ReportFilter",
    "SampleFilter",
    "SampleLineFilter",
    "SigningKeyFilter",
    "SlipFilter",
    "StocktakeFilter",
    "StocktakeLineFilter",
    "StrayFilter",
    "SweepFilter",
    "SystemFilter",
    "VoteFilter",
    "WithoutPaperFilter",
]
