"""Mathematical text to trees and back: one grammar for models and answers, plain and LaTeX."""
