"""From an instance to arrays: which tours are allowed, and what each counts for."""
