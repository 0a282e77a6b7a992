"""Tools for people who have PyTorch and makemore.py; neither is part of this repository."""
