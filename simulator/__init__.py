"""The sandbox's world as a program of its own: carrier, mail, print vendor, webhook sink, and the people who answer.

It speaks the vendors' protocols, imports nothing of the product and is imported by nothing of it, so its ledger is an
independent witness of what the product did.
"""
