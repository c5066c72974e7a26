"""The pages of the mediation room."""
