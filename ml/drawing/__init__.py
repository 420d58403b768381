"""Technical flats: a mask becomes a versioned drawing document, the document becomes SVG. Needs no
torch.
"""
