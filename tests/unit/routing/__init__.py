"""Tests of routing rules."""
