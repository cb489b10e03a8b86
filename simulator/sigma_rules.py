"""The rules of Sigma that a simulated district has of its own, as its analyst would write them."""

LEGACY_MAIL = """title: A sign-in through a mail protocol that the district has retired
name: legacy_mail
status: stable
logsource: {product: azure, service: signinlogs}
detection:
  selection:
    appDisplayName|startswith: Legacy Mail
    resultType: 0
  refresh:
    isInteractive: 'false'
  condition: selection and not refresh
level: medium
falsepositives:
  - A telephone that was set up before the protocol was retired
"""
EXPORT_SIGN_INS = """title: A sign-in to the tool that exports records
name: export_sign_in
status: stable
logsource: {product: azure, service: signinlogs}
detection:
  selection: {appDisplayName: Records Export Console}
  condition: selection
level: low
---
title: Many sign-ins to the tool that exports records
name: many_export_sign_ins
correlation:
  type: event_count
  rules: [export_sign_in]
  group-by: [userPrincipalName]
  timespan: 10m
  condition: {gte: 5}
level: high
"""
