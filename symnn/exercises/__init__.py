"""Exercises: files of parts with model answers, read, proved, drawn for each student."""
