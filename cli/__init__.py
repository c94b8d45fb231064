"""The command line `thidua`."""
