"""What people decide: every change is an event of `audit.casework`, every state a fold over such events."""
