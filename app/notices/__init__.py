"""Messages: outbox rows in the caller's transaction, one function a message."""
