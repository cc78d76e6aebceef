"""What is said of an answer: findings, a verdict with its reason, and the sentences for them."""
