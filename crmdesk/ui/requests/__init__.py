"""What screens share about requests for service, returns and information."""
