"""The pages of translators and reviewers."""
