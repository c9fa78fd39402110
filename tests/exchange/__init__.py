"""Tests of the exchange of ledgers."""
