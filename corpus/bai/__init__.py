"""Written Bai: orthography, varieties, glossary."""
