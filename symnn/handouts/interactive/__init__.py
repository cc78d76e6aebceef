"""The page one can touch: picture, lines and numbers in one file that computes by itself."""
