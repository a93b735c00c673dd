"""Ports to the outside world: telephony, e-mail, print, each a `base.py` and one file a vendor.

`ports.telephony(workspace)`, `ports.mail_service(workspace)` and `ports.print_service(workspace)` give the port that
this workspace uses. What sends is imported by `compliance.dispatch` alone; hooks' views use `verify`, `parse` and
`render`.
"""
