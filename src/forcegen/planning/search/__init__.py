"""How one goal is searched: engine, solvers, prices and polishing, each in its part, and what they know together."""
