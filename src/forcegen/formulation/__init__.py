"""From tours to an integer model, and back to a plan."""
