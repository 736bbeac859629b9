from . import capture
from . import company
from . import conversion
from . import follow_up
from . import lead
from . import rights
from . import score
from . import status
