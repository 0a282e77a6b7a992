"""From words to counts of what follows what."""
