"""The toolbox of whoever writes a source: what tables, headings and dates in the wild look like."""
