"""From the bytes of a file to its words, and what was changed on the way."""
