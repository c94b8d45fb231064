"""What a rule may know: facts, deciders, projections, kinds of values; no I/O."""
