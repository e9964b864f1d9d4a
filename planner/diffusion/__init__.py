"""Demonstrations, and what is learnt from them."""
