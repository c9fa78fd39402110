"""One module for each command: its options and its output. Commands never import each other."""
