"""Complaints after they were registered: their life cycle, the chain of their steps, the house's rules, deadlines."""
