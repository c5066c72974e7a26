"""The designs of the outreach family: one visual family in tie-dye indigo and camellia red."""
