"""Documents: HTML to PDF, the fonts that they are set in, and where they are kept."""
