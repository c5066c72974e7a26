"""The pages and verbs of the educator's studio."""
