"""notify: tells people what concerns them, by Zalo or email, and knows what became of each message."""
