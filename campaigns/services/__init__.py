"""Writes of this app, a module for each thing it does."""
