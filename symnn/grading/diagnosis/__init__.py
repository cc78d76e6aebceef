"""The engine explains a wrong answer from the derivation itself, without anyone writing rules."""
