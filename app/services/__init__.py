"""The verbs: (actor, plain values) to one commit; domain errors; no request, session or flash."""
