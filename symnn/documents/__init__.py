"""Strict YAML and JSON: every scalar is text, every node has its file, line and column."""
