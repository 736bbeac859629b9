from . import crm_lead
from . import crm_lead_quick_create
from . import ir_fields_converter
