"""Dawra, the web application."""
