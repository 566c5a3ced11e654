"""Import sites, crafts and exhibitors from a table: CSV or XLSX, every fault named, all or nothing."""

from app.services.imports.faults import BadFile, Fault
from app.services.imports.run import NOUNS, Report, run, template

__all__ = ["NOUNS", "BadFile", "Fault", "Report", "run", "template"]
