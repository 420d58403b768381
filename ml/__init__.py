"""Vision, drawing and language for garments: plain Python, no web framework, no torch at run time."""
