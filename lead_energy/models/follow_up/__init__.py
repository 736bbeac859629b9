from . import crm_lead
from . import mail_activity_type
from . import res_users
