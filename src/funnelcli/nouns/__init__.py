"""What the program's records are: each noun declared once, and the rules and words about them."""
