from . import lead
from . import follow_up
from . import status
from . import company
from . import score
from . import conversion
from . import capture
