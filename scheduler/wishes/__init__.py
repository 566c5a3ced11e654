"""The objective tiers, one a file: how a plan is measured, which terms the model maximises."""
