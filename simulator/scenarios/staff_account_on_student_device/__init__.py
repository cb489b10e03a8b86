"""Scenarios around staff_account_on_student_device."""
