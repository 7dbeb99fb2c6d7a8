"""How BeenThere runs on a machine: the command line, the embedded PostgreSQL, the process group."""
