from . import crm_company_category
from . import crm_lead
from . import res_partner
from . import sale_order
