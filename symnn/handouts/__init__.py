"""Hand-outs: documents of blocks, pictures, and one writer a format."""
