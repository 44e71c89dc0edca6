"""How fast the steps around a solve are, and how large its models are exactly."""
