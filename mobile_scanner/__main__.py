"""`python -m mobile_scanner`: the same as `mobile-scanner`."""

import sys

from mobile_scanner.cli import main

if __name__ == "__main__":
    sys.exit(main())
