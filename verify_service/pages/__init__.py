"""The pages that people see: a verdict behind a symbol's address, and how to ask for one.

Complete without JavaScript, without cookies, and without anything from another host.
"""
