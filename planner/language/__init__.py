"""Writing, checking and running programs."""
