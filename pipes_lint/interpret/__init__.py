"""The abstract interpreter: runs both halves without running them.

Each file of this room enters its meanings in the tables of `machine`; importing the room fills them all.
"""
