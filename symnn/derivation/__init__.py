"""Derivations as data: one backward sweep, seen as paths, deltas, updates; checked by SymPy."""
