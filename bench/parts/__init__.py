"""What `bench/run` and `bench/growth` are made of."""
