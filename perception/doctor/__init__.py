"""Checks of a camera set-up by what it shows: each one function, one `Finding`."""
