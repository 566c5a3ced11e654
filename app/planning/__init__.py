"""The bridge to the scheduler; its only importer in the application."""
