"""The public pages of the kiosk: rooms, requests, leaving."""
