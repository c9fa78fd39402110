"""The report as one HTML file: it needs no network, holds every number as text, and draws charts over the tables."""
