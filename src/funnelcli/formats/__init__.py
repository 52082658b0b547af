"""Files of other programs: reading them, writing them, and saying what did not fit."""
