"""Fixes that rules offer, where the code around a finding leaves room for them; None where it does not."""
