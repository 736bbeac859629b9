from . import crm_lead
from . import crm_lead_conversion
from . import crm_lead_conversion_claim
from . import crm_lead_customers
from . import crm_lead_interest_product
from . import crm_lead_match
from . import crm_lead_quotation
from . import res_partner
