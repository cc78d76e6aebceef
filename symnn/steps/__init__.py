"""Chains and derivations, line by line: what follows from what, the first slip, and what was shown on the way."""
