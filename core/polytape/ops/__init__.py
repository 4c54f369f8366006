"""Ops by family: a file each, an entry an op."""
