"""What the scanner costs as a program: time to its first verdict, memory for a large picture."""
