"""The closed table of operations: value, local derivative, definition, code and sign of each, in one record."""
