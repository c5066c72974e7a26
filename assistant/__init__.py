"""The application that serves the collection and the rooms to four audiences."""
