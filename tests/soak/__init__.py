"""Long load and sudden ends: `make soak`."""
