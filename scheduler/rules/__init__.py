"""The hard rules, one a file: what it says, how a plan is checked, how it is posted to the model."""
