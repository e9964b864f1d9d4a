"""What the language part costs, apart from whoever writes the programs."""
