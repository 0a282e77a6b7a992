"""What a model has learned, as numbers to look at: functions of a model and a word."""
