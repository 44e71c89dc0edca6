"""What is: instances and their parts, rules, models, scenarios and plans. No solver, no files."""
