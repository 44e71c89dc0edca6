"""forcegen: plan multinational forces, with proofs and explanations."""
