"""R's own library, and what scripts use most beside it. `library` enters all of it in the machine's tables."""
