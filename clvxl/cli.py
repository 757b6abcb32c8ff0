"""DOOR command line."""
