"""Dagster's side: definitions, resources, components, and the launches that running an asset leaves behind."""
