"""The rotation problem: pure, without the web."""
