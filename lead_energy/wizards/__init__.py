from . import crm_lead2opportunity_partner
