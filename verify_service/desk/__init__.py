"""The desk: pages for the bureau's and the departments' people, behind a login.

What is done here is done by the functions of the API, as the same parties under the same rules.
"""
