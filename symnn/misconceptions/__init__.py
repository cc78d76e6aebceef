"""Why is an answer wrong? Said from the derivation itself, without anyone writing rules."""
