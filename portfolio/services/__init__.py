"""The verbs that change portfolios, projects, decisions and annual plans: the only door for views, API, import and commands.

Each is one transaction, asks the rules, keeps who did it when, and raises `PermissionDenied`, or an error of
`portfolio.errors` with a message for the person.
"""

from portfolio.services.annual_plans import (
    adopt_plan,
    align_plan,
    begin_plan,
    offer_plan,
    reopen_plan,
    sealed_content,
    verify_annual_plan,
    write_plan,
    write_report_text,
)
from portfolio.services.attachments import add_attachment, withdraw_attachment
from portfolio.services.decisions import (
    Effect,
    Foresight,
    effects,
    foresee_decision,
    next_number,
    number_of_correction,
    record_decision,
)
from portfolio.services.editing import (
    CapacityLine,
    ProjectLines,
    ResultLine,
    RiskLine,
    edit_project,
    start_draft,
)
from portfolio.services.importing import (
    ImportRefused,
    import_projects,
    receive_import,
    remove_expired_imports,
)
from portfolio.services.life_cycle import (
    ask_completion,
    start_project,
    submit_project,
    withdraw_project,
)
from portfolio.services.portfolios import HolderLine, fingerprint, make_portfolio, save_portfolio
from portfolio.services.progress import Assessment, Delivery, add_remark, report_status
from portfolio.services.reminders import remind_of_reports

__all__ = [
    "Assessment",
    "CapacityLine",
    "Delivery",
    "Effect",
    "Foresight",
    "HolderLine",
    "ImportRefused",
    "ProjectLines",
    "ResultLine",
    "RiskLine",
    "add_attachment",
    "add_remark",
    "adopt_plan",
    "align_plan",
    "ask_completion",
    "begin_plan",
    "edit_project",
    "effects",
    "fingerprint",
    "foresee_decision",
    "import_projects",
    "make_portfolio",
    "next_number",
    "number_of_correction",
    "offer_plan",
    "receive_import",
    "record_decision",
    "remind_of_reports",
    "remove_expired_imports",
    "reopen_plan",
    "report_status",
    "save_portfolio",
    "sealed_content",
    "start_draft",
    "start_project",
    "submit_project",
    "verify_annual_plan",
    "withdraw_attachment",
    "withdraw_project",
    "write_plan",
    "write_report_text",
]
