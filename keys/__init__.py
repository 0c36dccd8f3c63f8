"""Opening private keys, and the ceremony around them. Nothing private leaves this package.

The scanner can never import it.
"""
