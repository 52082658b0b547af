"""What single values are: days, amounts, numbers, telephones. Knows no record, no database."""
