"""What a process tells those who watch it: logs, traces, metrics."""
