"""What is done for each endpoint of the Docker API."""
