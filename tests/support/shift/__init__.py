"""A shift at a desk, worked by a robot that knows keys and the accessibility tree alone, beside colleagues and a phone.

``director.work`` plays it: a phone system rings, the robot (in the desktop's own process) presses keys and reads what
assistive technology reads, colleagues change the same customers from their desks; at the end PostgreSQL is asked.
"""
