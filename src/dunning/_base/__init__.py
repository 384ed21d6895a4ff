"""The tools of the house, below all rooms."""
