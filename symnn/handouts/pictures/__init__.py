"""The picture of a network: what is drawn, where it stands, and how SVG and TikZ write it."""
