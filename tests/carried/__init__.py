"""Data folders of earlier releases carried on by this code: nothing is asked of an operator, nothing is lost."""
