"""Requests: cases that are no complaints. A service request, a product return, a request for information."""
