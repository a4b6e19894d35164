"""Mends what a finding says how to mend: text at exact places, Python through libcst, files whole or not at all.

Nothing here is imported unless a fix is wished for.
"""
