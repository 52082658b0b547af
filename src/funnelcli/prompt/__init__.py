"""What is answered before the program is loaded: tab completion, and a prompt's status line."""
