"""``python -m verify_service`` is ``verify-service``."""

import sys

from verify_service.cli import main

sys.exit(main())
