"""Migrations of the desk's file, run by ``models.upgrade``."""
