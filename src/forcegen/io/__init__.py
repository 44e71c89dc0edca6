"""Documents in and out, with messages that name file and line."""
