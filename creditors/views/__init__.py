"""Pages of the room `creditors`."""
