"""Hypothesis profiles: `quick` while writing, `ci` for everything that lands, `mutants` for those,
`thousand` for the random histories (`make histories`).

No deadlines: the machines are shared, and slowness is a benchmark's business.
"""

import os
import signal

from hypothesis import HealthCheck, settings

# In the background of a shell SIGINT is ignored, and every program that a test starts would inherit it:
# those that are sent Ctrl-C would read on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "ci", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("ci"), max_examples=20)
settings.register_profile(
    "mutants", settings.get_profile("quick"), derandomize=True, database=None
)  # the same examples for each mutant, so that a score can be had again
settings.register_profile("thousand", settings.get_profile("ci"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
