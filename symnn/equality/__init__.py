"""Are two trees equal? Three rungs, each bounded and deterministic, each with a reason."""
