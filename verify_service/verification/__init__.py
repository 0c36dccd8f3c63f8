"""Answering whoever scanned a symbol: the core's verdict, with the registry asked."""
