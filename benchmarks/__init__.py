"""How fast and how lean the hub is. Each module is a command of its own and prints ratios, not bare times."""
