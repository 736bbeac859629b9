from . import crm_lead
from . import crm_lead_automation
from . import crm_lead_move
from . import crm_lead_status
from . import crm_lead_status_log
from . import crm_lead_status_report
from . import crm_lead_step_up
from . import mail_activity
