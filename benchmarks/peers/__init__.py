"""Models of the same theatres as people write them with other libraries: to compare with, each judged by our audit."""
