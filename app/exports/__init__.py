"""What leaves the house as files: calendars, sheets, open data."""
