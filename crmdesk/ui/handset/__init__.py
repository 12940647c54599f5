"""The phone in the agent's hand: whom to call, where to send a call, why one takes a break; cards that never block."""
