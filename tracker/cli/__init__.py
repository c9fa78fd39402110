"""The command line: arguments, output, keys; ``commands`` has one thin file per verb."""
