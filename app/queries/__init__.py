"""The read side: select, never write."""
