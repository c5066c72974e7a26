"""The parallel legal-text collection: public, read-only to the kiosk, rebuildable."""
