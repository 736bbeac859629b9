from . import crm_lead
from . import crm_lead_blacklist
from . import crm_lead_consent
from . import crm_lead_consent_mixin
from . import crm_lead_consent_purpose
from . import crm_lead_consent_text
from . import res_partner
