from . import test_conversion_paths
from . import test_lead_import
from . import test_lead_mail
from . import test_lead_number
from . import test_lead_option
from . import test_lead_score
from . import test_lead_to_order
