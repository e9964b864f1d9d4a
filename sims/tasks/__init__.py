"""Tasks: what is on the table, what is said, what counts as done."""
