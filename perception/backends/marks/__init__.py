"""Set-of-Mark: numbers drawn on pictures, and a model that says which ones are meant.

As in GravMAD's Detector, with what stands out in the depth for marks instead of what a
segmenter finds: they have a place in the world before anybody names them.
"""
