"""The tables, one noun a file; importing this package loads them all."""

from app.models.account import Language, Membership, SiteRole, User
from app.models.application import Application, ApplicationSpace, ApplicationState, RefusalReason
from app.models.attendance import Attendance, AttendanceSource, AttendanceState
from app.models.audit import AuditEntry, AuditHead
from app.models.base import Base
from app.models.call import (
    Call,
    CallPeriod,
    CallSpace,
    CallState,
    MissedPeriods,
    NewcomerPolicy,
    PeriodUnit,
    SwapPolicy,
)
from app.models.draw import Commitment
from app.models.edit import EditKind, PlanEdit
from app.models.event import (
    AnimatorSlot,
    Event,
    EventArtisan,
    EventKind,
    EventState,
    ExhibitorSlot,
    RoomSlot,
)
from app.models.exhibitor import (
    Assistance,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorCraft,
    ExhibitorGroup,
    ExhibitorKind,
    ExhibitorMember,
    Group,
    register_key,
)
from app.models.holiday import HolidayConfirmation
from app.models.invitation import Invitation, Registration
from app.models.job import Worker
from app.models.ledger import LedgerCorrection
from app.models.notice import Notice, NoticeState
from app.models.offer import Offer, OfferState, Vacancy, VacancyCause, VacancyState
from app.models.plan import Decision, DecisionKind, FrozenCase, RunKind, RunState, SolveRun, StoredPlan, Trial
from app.models.proposal import Proposal, ProposalState
from app.models.reference import Craft, CraftFamily, Province, Region
from app.models.repair import Repair, RepairState
from app.models.rotation import Occupancy, Presence, Publication, PublicationCause, PublishedTurn
from app.models.second_look import LookKind, LookState, SecondLook
from app.models.site import Management, Site, SiteCategory, SiteState, SiteType
from app.models.space import Closure, ClosureReason, DayUse, Space, SpaceDay, SpaceKind, Stand
from app.models.swap import Swap, SwapState

__all__ = [
    "AnimatorSlot", "Application", "ApplicationSpace", "ApplicationState", "Assistance", "Attendance",
    "AttendanceSource", "AttendanceState", "AuditEntry", "AuditHead",
    "Base", "Call", "CallPeriod", "CallSpace", "CallState", "Closure", "ClosureReason", "Commitment", "Craft",
    "CraftFamily",
    "DayUse", "Decision", "DecisionKind", "EditKind", "Event", "EventArtisan", "EventKind", "EventState", "Exhibitor",
    "ExhibitorAccount", "ExhibitorCraft", "ExhibitorGroup", "ExhibitorKind", "ExhibitorMember", "ExhibitorSlot",
    "FrozenCase", "Group", "HolidayConfirmation",
    "Invitation", "Language", "LedgerCorrection", "LookKind", "LookState",
    "Management", "Membership", "MissedPeriods", "NewcomerPolicy",
    "Notice", "NoticeState", "Occupancy",
    "Offer", "OfferState", "PeriodUnit", "PlanEdit", "Presence",
    "Proposal", "ProposalState", "Province", "Publication", "PublicationCause",
    "PublishedTurn", "RefusalReason", "Region", "Registration", "Repair", "RepairState",
    "RoomSlot", "RunKind", "RunState", "SecondLook",
    "Site", "SiteCategory", "SiteRole", "SiteState", "SiteType", "SolveRun", "Space",
    "SpaceDay", "SpaceKind", "Stand", "StoredPlan", "Swap", "SwapPolicy", "SwapState", "Trial", "User",
    "Vacancy", "VacancyCause", "VacancyState", "Worker", "register_key",
]  # fmt: skip
