"""Documents that go out: the list, a draft, one with its steps, its timeline and what rests on it, and its print."""
