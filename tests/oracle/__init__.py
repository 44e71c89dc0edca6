"""The independent judge: reads an instance document and solves it by enumeration, without a line of forcegen."""
