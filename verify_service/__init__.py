"""Issues composite licenses, keeps the registry of them, and answers whoever verifies one."""
