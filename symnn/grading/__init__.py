"""The judge and the diagnosis: is an answer right, and if not, which factor of which equation is wrong."""
