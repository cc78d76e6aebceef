"""The tree of a mathematical text: its nodes, small words for writing it, and its plain writing."""
