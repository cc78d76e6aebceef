"""Quantities, equations and graphs: what a network is, read from text and checked."""
