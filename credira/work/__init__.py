"""What happens later: due rows, jobs, the sweep, enqueueing, the sandbox's clock."""
