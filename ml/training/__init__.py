"""Training of the product's own models: data, recipes, evaluation, export."""
