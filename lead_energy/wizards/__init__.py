from . import base_partner_merge
from . import crm_lead_lost
from . import crm_lead_rework
from . import crm_lead_conversion_candidate
from . import crm_lead_conversion_change
from . import crm_lead_conversion_undo
from . import crm_lead2opportunity_partner
from . import crm_lead2opportunity_partner_mass
