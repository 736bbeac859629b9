from . import test_odoo_contract
from .capture import (
    test_import_cells,
    test_lead_import,
    test_lead_import_cells,
    test_lead_import_columns,
    test_lead_import_forgiving,
    test_lead_import_screen,
    test_lead_import_update,
    test_lead_mail,
    test_quick_create,
)
from .company import (
    test_company_category,
    test_field_groups,
    test_people,
)
from .consent import (
    test_consent,
    test_consent_dialog,
)
from .conversion import (
    test_company_names,
    test_conversion_closed,
    test_conversion_customers,
    test_conversion_dialogs,
    test_conversion_paths,
    test_conversion_told,
    test_conversion_under_way,
    test_dialog_owner,
    test_interest_product,
    test_lead_conversion,
    test_lead_conversion_race,
    test_lead_to_order,
    test_second_stage,
)
from .follow_up import (
    test_colleagues,
    test_lead_follow_up,
    test_my_day,
    test_my_day_screen,
    test_outcome,
)
from .lead import (
    test_axe,
    test_energy_profile,
    test_every_dialog,
    test_field_rights,
    test_first_steps,
    test_lead_business_card,
    test_lead_colours,
    test_lead_head,
    test_lead_number,
    test_lead_onchange,
    test_lead_option,
    test_lead_save,
    test_lead_screens,
    test_lead_search,
    test_lead_similar,
    test_shipped_names,
    test_wrong_types,
)
from .score import (
    test_conditions,
    test_demo_history,
    test_lead_score,
    test_score,
    test_score_daily,
    test_score_edges,
    test_score_examples,
    test_score_form,
    test_score_model,
    test_score_oracle,
    test_score_rules,
    test_statistics,
)
from .status import (
    test_board_news,
    test_board_order,
    test_lost_reason,
    test_status_board,
    test_status_mass_edit,
    test_status_move,
    test_status_paths,
    test_status_race,
    test_status_random,
    test_status_report,
    test_status_step_up,
)
