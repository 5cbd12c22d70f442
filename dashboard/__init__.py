"""What a user sees: the command line and the pages."""
