"""What holds of every instance, whatever its figures."""
