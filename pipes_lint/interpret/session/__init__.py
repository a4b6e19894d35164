"""The script's side: the Pipes context, what is read off it and reported through it."""
