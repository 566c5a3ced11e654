"""The parts of the `dawra` command, one noun a file."""
