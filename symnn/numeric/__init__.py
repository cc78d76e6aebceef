"""Numbers: values, gradients, training, and compiled NumPy."""
