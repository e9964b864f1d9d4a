"""Grounding by public models of the hub: a detector that reads, then a segmenter."""
