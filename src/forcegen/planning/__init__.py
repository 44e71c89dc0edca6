"""The planner's questions. Every plan that leaves here has passed the audit."""
