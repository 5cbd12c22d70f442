"""The page: what `serve` shows in the browser."""
