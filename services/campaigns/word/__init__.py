"""A report as a Word file, written and read back: values in, bytes out, and the other way; nothing here does I/O."""
