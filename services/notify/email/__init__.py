"""Email: what is written, how it is signed, and how a mail server is spoken to."""
