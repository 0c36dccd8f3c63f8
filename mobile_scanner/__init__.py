"""Reads license symbols from pictures and verifies them, without a network."""
