"""Cases of other systems and their users, worked out by hand."""
