"""What runs in the container of a seat: its engine, and the server that gives its exercises to pages."""
