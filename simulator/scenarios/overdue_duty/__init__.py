"""Scenarios around overdue_duty."""
