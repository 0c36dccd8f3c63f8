"""From permits on file to a sealed license, its symbol and its sheet."""
