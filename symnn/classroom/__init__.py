"""A class: submissions in, graded, results out."""
