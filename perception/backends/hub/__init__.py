"""Grounding by public models: a detector that reads and a segmenter, or one of both."""
