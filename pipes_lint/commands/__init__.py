"""What a command says: which of its words is the program that runs, and which the script. No file is looked at."""
