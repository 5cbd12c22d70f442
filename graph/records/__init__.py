"""Records made canonical: cleaned, given their ids, and made into the rows that stores write."""
