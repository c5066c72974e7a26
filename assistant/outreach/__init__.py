"""Outreach materials, songs, designs, packs and events: no Flask, no case files."""
