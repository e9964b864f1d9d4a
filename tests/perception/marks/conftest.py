"""Makes what stands in for the model importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
