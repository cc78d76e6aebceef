"""Formulas: trees laid out once, then written in the alphabet of each format."""
