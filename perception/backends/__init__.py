"""Ways to find objects in pixels; each is a `perception.perceiver.Perceiver`."""
