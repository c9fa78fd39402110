"""The command line: arguments, output and keys. ``commands`` has one thin module for each command."""
