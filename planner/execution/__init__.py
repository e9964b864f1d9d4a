"""The arm, the loop that drives it and the filter before it."""
