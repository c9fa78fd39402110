"""Tests of the profiles of projects."""
