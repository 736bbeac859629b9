from . import base_partner_merge
from . import crm_lead2opportunity_partner
from . import crm_lead_lost
from . import crm_lead_rework
