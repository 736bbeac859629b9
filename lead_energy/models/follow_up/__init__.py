from . import crm_lead
from . import crm_lead_my_day
from . import crm_lead_outcome
from . import mail_activity_type
from . import res_users
