"""What happens on the phone: call events, the fold that makes contacts of them, and what a desk is told."""
