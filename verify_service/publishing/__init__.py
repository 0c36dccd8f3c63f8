"""What is published at stable URLs: trust list, status lists, code lists, our own and others'."""
