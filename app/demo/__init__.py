"""The demo: three real sites with invented applicants, loaded at the first `./dev run`."""
