"""The network: whom to draw, in which groups, where, and who connects them."""
