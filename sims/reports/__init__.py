"""What a suite's run leaves: its report as JSON, its page, and two reports compared."""
