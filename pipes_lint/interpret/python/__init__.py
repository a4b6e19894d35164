"""Python's own library, and the best known others. `library` enters all of it in the machine's tables."""
