"""Derivations as documents: blocks, and one writer a format."""
