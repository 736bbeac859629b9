from . import crm_lead
from . import ir_fields_converter
