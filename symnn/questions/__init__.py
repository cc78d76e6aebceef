"""The kinds of question: how an answer is read, judged and explained, and what it earns."""
