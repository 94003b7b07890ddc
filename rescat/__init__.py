"""The companion to the RESCAT trial: its tables, its checks and its figures."""

from .attainable import *  # noqa: F403
from .audit import *  # noqa: F403
from .balance import *  # noqa: F403
from .biomarkers import *  # noqa: F403
from .bootstrap import *  # noqa: F403
from .cohort import *  # noqa: F403
from .data import *  # noqa: F403
from .datapackage import *  # noqa: F403
from .designs import *  # noqa: F403
from .detection_limit import *  # noqa: F403
from .errors import *  # noqa: F403
from .extremes import *  # noqa: F403
from .facts import *  # noqa: F403
from .hidden_bias import *  # noqa: F403
from .manufacturing import *  # noqa: F403
from .matching import *  # noqa: F403
from .matching_studies import *  # noqa: F403
from .modelled import *  # noqa: F403
from .origin import *  # noqa: F403
from .panel import *  # noqa: F403
from .permutation import *  # noqa: F403
from .quantiles import *  # noqa: F403
from .random_slopes import *  # noqa: F403
from .randomisation import *  # noqa: F403
from .reading import *  # noqa: F403
from .rounding import *  # noqa: F403
from .safety import *  # noqa: F403
from .sampling_evidence import *  # noqa: F403
from .sensitivity import *  # noqa: F403
from .simulation import *  # noqa: F403
from .slope_tests import *  # noqa: F403
from .supplement import *  # noqa: F403
from .synthetic_patients import *  # noqa: F403
from .teaching import *  # noqa: F403
from .trajectories import *  # noqa: F403
from .transients import *  # noqa: F403
from .twin import *  # noqa: F403

__version__ = "0.1.0"
