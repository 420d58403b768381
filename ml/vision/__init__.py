"""From a photograph to what is in it: silhouette, garment type, colours, image quality."""
