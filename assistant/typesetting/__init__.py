"""Lays out papers: PDF and pictures with typst, editable files with python-docx."""
