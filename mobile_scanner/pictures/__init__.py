"""From a picture's bytes to the codes in it: for the scanner, and for the service's photographs.

It imports nothing else of this project, so that both may import it (docs/adr/0009-one-reader.md).
"""
