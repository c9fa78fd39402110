"""Random and structured bytes in every place that is read from outside."""
