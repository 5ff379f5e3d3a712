"""The handout: everything a deck says and runs, as a document to read and to print."""
