"""A class: submissions in, every answer graded, grades and results out."""
