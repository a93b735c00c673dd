"""What a creditor has bought. How many requests a plan's keys may make is `credira.api.limits.PLANS`."""

STANDARD, PROFESSIONAL, ENTERPRISE = "standard", "professional", "enterprise"
PLANS = {STANDARD: "Standard", PROFESSIONAL: "Professional", ENTERPRISE: "Enterprise"}
CHOICES = list(PLANS.items())
