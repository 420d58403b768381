"""Points of measure from landmarks and silhouette, their uncertainty, and the scale that makes them cm."""
