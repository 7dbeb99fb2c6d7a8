"""The measuring house: `make bench` and the parts that `make soak` shares with it."""
