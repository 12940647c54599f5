"""Settling fields that two people changed: the side list, both versions, and the text made of them."""
