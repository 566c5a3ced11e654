"""Background work: claim, heartbeat, fence."""
