"""Verbs: (actor, plain values) to one commit; they raise ``app.errors`` and know no request."""
