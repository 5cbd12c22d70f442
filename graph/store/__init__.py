"""What every store offers, and what all of them do alike."""
